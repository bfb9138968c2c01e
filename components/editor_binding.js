// Keeps a Quill and a shared text equal, and shows where the others write. Knows Quill and Yjs, no documents and no connection.
//
// In both, positions count UTF-16 units. Quill's text always ends with a line end; the shared one may lack its last. What the others
// write goes into Quill letter by letter, its formats after that, from the text as it then is: people who format one line at once
// may leave more formats on it than Quill can show, and all windows have to choose the same.

/** @typedef {any} QuillDelta */
/** @typedef {{insert?: any, delete?: number, retain?: number, attributes?: {[name: string]: unknown}}} QuillStep */

/** Formats of a line. Of the first ones it has only one; `rich.py` has the same order. */
const LINE_KINDS = ["table", "code-block", "list", "header", "blockquote"];
const LINE_FORMATS = new Set([...LINE_KINDS, "indent", "align", "direction"]);
/** Milliseconds without a key after which the others' letters do not wait for the end of a word that is being composed. */
const COMPOSING = 1000;

export class TextBinding {
  /** Whether an input method is at work: Quill must not touch the text then. */
  isComposing = false;
  composedAt = 0;
  waiting = 0;
  /** Whether formats or lines may differ. */
  isShaped = false;
  frame = 0;
  /** @type {any} where the person here writes, as the others were told */
  told = null;

  /**
   * @param {any} yjs
   * @param {any} text
   * @param {any} quill
   * @param {any} carets
   */
  constructor(yjs, text, quill, carets) {
    this.yjs = yjs;
    this.text = text;
    this.quill = quill;
    this.carets = carets;
    this.Delta = quill.constructor.import("delta");
    /** @type {QuillDelta} what the others wrote, and Quill has not got yet */
    this.missed = new this.Delta();
    quill.setContents(this.shown(), this);
    this.hear = this.hear.bind(this);
    this.follow = this.follow.bind(this);
    this.draw = this.draw.bind(this);
    text.observe(this.hear);
    quill.on("editor-change", this.follow);
    quill.on("composition-start", () => this.compose(true));
    quill.on("composition-end", () => this.compose(false));
    quill.root.addEventListener("compositionupdate", () => this.composedAt = Date.now());
    carets.on("change", this.draw);
    this.draw();
  }

  destroy() {
    this.text.unobserve(this.hear);
    this.quill.off("editor-change", this.follow);
    this.carets.off("change", this.draw);
    clearTimeout(this.waiting);
    cancelAnimationFrame(this.frame);
  }

  // From here to the others

  /**
   * @param {string} kind
   * @param {QuillDelta} change
   * @param {unknown} _
   * @param {unknown} source
   */
  follow(kind, change, _, source) {
    if (kind === "text-change" && source !== this) this.write(change);
    this.tellCaret();
    this.draw();
  }

  /** @param {QuillDelta} change */
  write(change) {
    const { missed, text } = this;
    this.missed = change.transform(missed, false);
    if (isShaping(change.ops)) this.reshape();
    text.doc.transact(() => {
      text.applyDelta(missed.transform(change, true).ops);
      if (!missed.length() && this.hasOneEndMore()) text.insert(text.length, "\n", {});
    }, this);
  }

  /** Whether Quill's text ends with two line ends, of which the shared one has only the first. */
  hasOneEndMore() {
    const { length } = this.text;
    return length > 0 && this.quill.getLength() === length + 1 && this.quill.getText(length - 1, 1) === "\n";
  }

  // From the others to here

  /**
   * Somebody else has written, or the person here has taken something back.
   * @param {{delta: QuillStep[]}} event
   * @param {{origin: unknown}} transaction
   */
  hear({ delta }, { origin }) {
    if (origin === this) return;
    this.isShaped ||= isShaping(delta);
    const letters = delta.flatMap((step) => step.retain ? [{ retain: step.retain }] : lettersOf(step));
    this.missed = this.missed.compose(new this.Delta(letters));
    if (!this.isComposing) this.catchUp();
    else this.waiting ||= setTimeout(() => this.interrupt(), COMPOSING);
  }

  catchUp() {
    const { quill } = this;
    quill.update(); // what was typed just now stands before it
    const range = quill.getSelection();
    const { missed } = this;
    this.missed = new this.Delta();
    if (missed.length()) {
      this.isShaped ||= this.takesLines(missed);
      quill.updateContents(missed, this);
    }
    const { length } = this.text;
    if (this.hasOneEndMore()) quill.updateContents([{ retain: length }, { delete: 1 }], this);
    const more = quill.getLength() - length;
    if (this.isShaped || (more !== 0 && more !== 1)) this.mend();
    this.moveCaret(range, missed);
  }

  /**
   * Whether lines become one.
   * @param {QuillDelta} change
   */
  takesLines(change) {
    let place = 0;
    return change.ops.some((/** @type {QuillStep} */ step) => {
      const start = place;
      place += step.retain ?? step.delete ?? 0;
      return step.delete && this.quill.getText(start, step.delete).includes("\n");
    });
  }

  /**
   * Nobody's caret is moved by what the others write there, and nobody's selection has what they did not select. (Quill asks the
   * texts, which cannot say between which of two equal letters one was put.)
   * @param {{index: number, length: number} | null} range
   * @param {QuillDelta} change
   */
  moveCaret(range, change) {
    const { selection } = this.quill;
    const before = range ?? selection.savedRange; // somebody who looks for something in the toolbar comes back to it
    if (!before) return;
    const index = change.transformPosition(before.index, !before.length);
    const length = Math.max(0, change.transformPosition(before.index + before.length, true) - index);
    if (!range) Object.assign(before, { index, length });
    else if (selection.lastRange?.index !== index || selection.lastRange.length !== length) {
      this.quill.setSelection(index, length, "silent");
      this.tellCaret();
    }
  }

  /** Look soon whether all formats are as everybody sees them. */
  reshape() {
    if (!this.isShaped) queueMicrotask(() => this.isShaped && !this.isComposing && this.mend());
    this.isShaped = true;
  }

  mend() {
    this.isShaped = false;
    const change = this.quill.getContents().diff(this.shown());
    if (change.length()) this.quill.updateContents(change, this);
  }

  /** The shared text as Quill can show it. */
  shown() {
    const shown = new this.Delta();
    /** @type {QuillStep[]} */
    let line = [];
    const end = (/** @type {QuillStep["attributes"]} */ attributes) => {
      const formats = lineFormats(attributes ?? {}, line);
      const isCode = "code-block" in formats;
      for (const { insert, attributes } of line) shown.insert(insert, isCode ? {} : attributes);
      shown.insert("\n", formats);
      line = [];
    };
    for (const { insert, attributes } of this.text.toDelta()) {
      const parts = typeof insert === "string" ? insert.split("\n") : [insert];
      parts.forEach((/** @type {any} */ part, /** @type {number} */ index) => {
        if (index) end(attributes);
        if (part) line.push({ insert: part, attributes: only(attributes, false) });
      });
    }
    if (line.length || !shown.ops.length) end({});
    return shown;
  }

  // Input methods, which most telephones use for all letters

  /** @param {boolean} isComposing */
  compose(isComposing) {
    this.isComposing = isComposing;
    this.composedAt = Date.now();
    clearTimeout(this.waiting);
    this.waiting = 0;
    if (!isComposing) this.catchUp();
  }

  /**
   * A word is begun and not ended, and meanwhile the others have written. What it has so far is taken; where they wrote into that
   * line, the browser gives up composing, and says nothing of it.
   */
  interrupt() {
    const rest = this.composedAt + COMPOSING - Date.now();
    if (rest > 0) this.waiting = setTimeout(() => this.interrupt(), rest);
    else this.quill.composition.handleCompositionEnd();
  }

  // Carets

  /**
   * Remember a place over whatever the others write.
   * @param {number} index
   * @returns {() => number} where it is now
   */
  keep(index) {
    const place = this.placeAt(index, -1);
    return () => this.indexOf(place) ?? 0;
  }

  /**
   * @param {number} index
   * @param {number} side 0: goes with what is behind it; -1: with what is before it
   */
  placeAt(index, side) {
    const place = this.missed.transformPosition(index, side < 0);
    return this.yjs.createRelativePositionFromTypeIndex(this.text, place, side);
  }

  /**
   * Where a place is now: null where that cannot be said.
   * @param {any} place
   * @returns {number | null}
   */
  indexOf(place) {
    try {
      const relative = this.yjs.createRelativePositionFromJSON(place);
      const found = this.yjs.createAbsolutePositionFromRelativePosition(relative, this.text.doc);
      return found?.type === this.text ? found.index : null;
    } catch {
      return null; // from a browser that is not honest
    }
  }

  tellCaret() {
    const range = this.quill.getSelection();
    const same = this.yjs.compareRelativePositions;
    const anchor = range && this.placeAt(range.index, range.length ? 0 : -1);
    const head = range && this.placeAt(range.index + range.length, -1);
    const { told } = this;
    if (range ? told && same(told.anchor, anchor) && same(told.head, head) : !told) return;
    this.told = range ? { anchor, head } : null;
    this.carets.setLocalStateField("cursor", this.told);
  }

  /** Carets move once a frame, however many letters came: each move wants the page's layout. */
  draw() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (!this.missed.length()) this.drawCarets();
    });
  }

  drawCarets() {
    const cursors = this.quill.getModule("cursors");
    const states = this.carets.getStates();
    for (const { id, name, color } of cursors.cursors()) {
      const state = states.get(id);
      if (!state?.cursor || state.user.name !== name || state.user.color !== color) cursors.removeCursor(id);
    }
    for (const [id, { user, cursor }] of states) {
      const anchor = cursor && this.indexOf(cursor.anchor);
      const head = cursor && this.indexOf(cursor.head);
      if (anchor === null || head === null) continue;
      cursors.createCursor(id, user.name, user.color);
      cursors.moveCursor(id, { index: anchor, length: head - anchor });
    }
  }
}

/**
 * Whether a change is of more than letters within lines.
 * @param {QuillStep[]} steps
 */
function isShaping(steps) {
  return steps.some(({ insert, retain, attributes }) =>
    (retain && attributes) || (typeof insert === "string" && insert.includes("\n"))
  );
}

/**
 * A step with the formats that its letters can have.
 * @param {QuillStep} step
 * @returns {QuillStep[]}
 */
function lettersOf({ insert, attributes, ...step }) {
  if (insert === undefined) return [step];
  const parts = typeof insert === "string" ? insert.split(/(\n)/).filter(Boolean) : [insert];
  return parts.map((part) => ({ insert: part, attributes: only(attributes, part === "\n") }));
}

/**
 * Formats of lines only, or only others.
 * @param {QuillStep["attributes"]} formats
 * @param {boolean} ofLines
 */
function only(formats, ofLines) {
  return Object.fromEntries(
    Object.entries(formats ?? {}).filter(([name, value]) => Boolean(value) && LINE_FORMATS.has(name) === ofLines),
  );
}

/**
 * The formats of a line, of those at its end.
 * @param {{[name: string]: unknown}} attributes
 * @param {QuillStep[]} line what stands in it
 */
function lineFormats(attributes, line) {
  const formats = only(attributes, true);
  if (line.some(({ insert }) => typeof insert !== "string")) delete formats["code-block"]; // it has no place for pictures
  const [, ...others] = LINE_KINDS.filter((kind) => kind in formats);
  for (const kind of others) delete formats[kind];
  return formats;
}
