// The browser half of `ui.CodeEditor`: CodeMirror, bound to the shared text. Until it is there, the text stands in the page as HTML.
// Undoing is y-codemirror's; the binding and the others' carets are our own: they know pictures in the text, and names that change.

import { addressBeside, SharedElement } from "../justui/browser/shared_element.js";
import { pageNonce } from "../justui/browser/head.js";

/**
 * @typedef {{file: string, function: string, options: object}} CodeLanguage
 * @typedef {{language: CodeLanguage, indent: number, lineNumbers: boolean, wrap: boolean, placeholder: string, readOnly: boolean,
 *   label: string, files: {[name: string]: string}}} CodeOptions
 * @typedef {any} Libraries the modules, by our names
 */

/** Stands for a picture, which is one character of the shared text too. */
const PICTURE_LETTER = "\ufffc";
const KEYS_HINT = "Tab indents. To leave the editor with the keyboard, press Escape, then Tab.";

const CODE_STYLE = `
justui-code-editor:has(>.cm-editor)>[data-raw]{display:none}
@keyframes justui-code-name{0%,80%{opacity:1}to{opacity:0}}
`;

const CODE_THEME = {
  "&": {
    flex: "1",
    minHeight: "0",
    maxHeight: "100%",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    background: "var(--surface)",
    color: "var(--ink)",
    fontSize: ".9em",
    overflow: "hidden",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { padding: ".6rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 .8rem" },
  ".cm-placeholder, .cm-gutters, .cm-lineEnd": { color: "var(--muted)" },
  ".cm-gutters": { border: "0", background: "var(--surface)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.2em", padding: "0 .2em 0 .6em" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 .2em", cursor: "pointer" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "transparent" },
  "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": {
    background: "color-mix(in srgb, var(--fill) 55%, transparent)",
  },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--ink)" },
  ".cm-cursor, .cm-dropCursor": { borderLeft: "2px solid var(--ink)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 26%, transparent)",
  },
  ".cm-selectionMatch": { background: "color-mix(in srgb, var(--accent) 16%, transparent)" },
  "&.cm-focused .cm-matchingBracket": { background: "color-mix(in srgb, var(--good) 28%, transparent)" },
  "&.cm-focused .cm-nonmatchingBracket": { background: "color-mix(in srgb, var(--bad) 28%, transparent)" },
  ".cm-searchMatch": { background: "light-dark(#fdf0a6, #6a5a12)", outline: "0" },
  ".cm-searchMatch-selected": { background: "light-dark(#ffcf5c, #9a7b12)" },
  ".cm-specialChar": { color: "var(--bad)" },
  ".cm-foldPlaceholder": { border: "0", background: "var(--fill)", color: "var(--muted)", padding: "0 .4em" },
  ".cm-panels": { background: "var(--fill)", color: "var(--ink)", fontFamily: "system-ui, sans-serif" },
  ".cm-panels-bottom, .cm-panels-top": { borderColor: "var(--line)" },
  ".cm-panel.cm-search": { padding: ".4rem 2.4rem .4rem .5rem" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: ".35em", margin: "0 .4rem 0 0" },
  ".cm-panel.cm-search [name=close]": {
    top: ".3rem",
    right: ".3rem",
    width: "2rem",
    minHeight: "2rem",
    padding: "0",
    border: "0",
    background: "none",
    fontSize: "1.3em",
  },
  ".cm-textfield": {
    fontSize: ".85rem",
    minHeight: "2rem",
    border: "1px solid var(--line)",
    borderRadius: ".35rem",
    background: "var(--surface)",
    color: "var(--ink)",
  },
  ".cm-button": {
    minHeight: "2rem",
    fontSize: ".8rem",
    margin: ".15rem",
    padding: ".2rem .6rem",
    border: "1px solid var(--line)",
    borderRadius: ".35rem",
    background: "var(--surface)",
    color: "var(--ink)",
    textTransform: "capitalize",
  },
  ".cm-tooltip": {
    border: "1px solid var(--line)",
    borderRadius: ".35rem",
    background: "var(--surface)",
    boxShadow: "0 4px 16px #0003",
    overflow: "hidden",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".15rem .5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent)", color: "var(--on-accent)" },
  ".cm-person": {
    position: "relative",
    margin: "0 -1px",
    borderLeft: "2px solid var(--person)",
    wordBreak: "normal",
  },
  ".cm-person > span": {
    position: "absolute",
    bottom: "100%",
    left: "-2px",
    zIndex: "3",
    padding: ".1em .4em",
    borderRadius: ".3em .3em .3em 0",
    background: "var(--person)",
    color: "#fff",
    font: "600 .72rem/1.35 system-ui, sans-serif",
    whiteSpace: "nowrap",
    userSelect: "none",
    pointerEvents: "none",
    opacity: "0",
    animation: "justui-code-name 3s",
  },
  ".cm-person:hover > span": { opacity: "1", animation: "none" },
  ".cm-line:first-child .cm-person > span": { top: "100%", bottom: "auto", borderRadius: "0 .3em .3em" },
};

/** Colours of words, by the kinds that all languages share; each is readable on light and on dark. */
const CODE_COLOURS = {
  keyword: "light-dark(#a3267c, #f191d0)",
  literal: "light-dark(#7a4a00, #efb66b)",
  string: "light-dark(#1d6b35, #8fd4a1)",
  name: "light-dark(#1f57b8, #93b9ff)",
  type: "light-dark(#0b6470, #74cbd8)",
  comment: "var(--muted)",
  wrong: "var(--bad)",
};

let isCodeStyled = false;

/**
 * @param {CodeOptions} options
 * @returns {Promise<Libraries>}
 */
async function loadCodeMirror({ files }) {
  const names = Object.keys(files);
  const modules = await Promise.all(names.map((name) => import(addressBeside(files[name]))));
  const libraries = Object.fromEntries(names.map((name, index) => [name, modules[index]]));
  return { ...libraries, ours: ourExtensions(libraries) };
}

/**
 * What is the same for all editors: made once, from CodeMirror's own classes.
 * @param {Libraries} libraries
 */
function ourExtensions(libraries) {
  const { view: { EditorView, ViewPlugin, WidgetType, Decoration }, language, highlight: { tags } } = libraries;
  const colours = language.HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.tagName], color: CODE_COLOURS.keyword },
    { tag: [tags.atom, tags.bool, tags.number, tags.unit, tags.color], color: CODE_COLOURS.literal },
    { tag: [tags.string, tags.regexp, tags.escape, tags.attributeValue], color: CODE_COLOURS.string },
    {
      tag: [
        tags.function(tags.variableName),
        tags.function(tags.propertyName),
        tags.definition(tags.function(tags.variableName)),
        tags.labelName,
        tags.link,
        tags.url,
      ],
      color: CODE_COLOURS.name,
    },
    {
      tag: [tags.typeName, tags.className, tags.namespace, tags.attributeName, tags.propertyName, tags.macroName],
      color: CODE_COLOURS.type,
    },
    { tag: [tags.comment, tags.meta, tags.processingInstruction], color: CODE_COLOURS.comment },
    { tag: tags.comment, fontStyle: "italic" },
    { tag: tags.heading, fontWeight: "700", color: CODE_COLOURS.name },
    { tag: tags.strong, fontWeight: "700" },
    { tag: tags.emphasis, fontStyle: "italic" },
    { tag: tags.strikethrough, textDecoration: "line-through" },
    { tag: tags.invalid, color: CODE_COLOURS.wrong },
  ]);
  return {
    look: [EditorView.theme(CODE_THEME), language.syntaxHighlighting(colours)],
    sync: ViewPlugin.fromClass(syncClass(libraries)),
    carets: ViewPlugin.fromClass(caretsClass(libraries, caretClass(WidgetType), Decoration), {
      decorations: (/** @type {any} */ plugin) => plugin.drawn,
    }),
  };
}

/**
 * Keeps CodeMirror's text and the shared one equal. In both, positions count UTF-16 units.
 * @param {Libraries} libraries
 */
function syncClass({ sync: { ySyncFacet, ySyncAnnotation }, undo: { yUndoManagerFacet }, state: { Transaction } }) {
  return class TextSync {
    /** @param {any} view */
    constructor(view) {
      this.conf = view.state.facet(ySyncFacet);
      this.text = this.conf.ytext;
      const manager = view.state.facet(yUndoManagerFacet).undoManager;
      /**
       * Somebody else has written, or this person has undone something.
       * @param {any} event
       * @param {any} transaction
       */
      this.observer = (event, transaction) => {
        const changes = transaction.origin === this.conf ? [] : changesOf(event.delta);
        if (!changes.length) return;
        const annotations = [ySyncAnnotation.of(this.conf), Transaction.remote.of(true)];
        if (transaction.origin === manager) annotations.push(Transaction.userEvent.of("undo"));
        view.dispatch({ changes, annotations });
      };
      this.text.observe(this.observer);
    }

    /** @param {any} update */
    update({ transactions }) {
      for (const transaction of transactions) {
        if (transaction.docChanged && transaction.annotation(ySyncAnnotation) !== this.conf) this.write(transaction);
      }
    }

    /** @param {any} transaction */
    write({ startState: { doc }, changes }) {
      this.text.doc.transact(() => {
        let moved = 0;
        changes.iterChanges(
          (
            /** @type {number} */ from,
            /** @type {number} */ to,
            /** @type {any} */ _,
            /** @type {any} */ __,
            /** @type {any} */ put,
          ) => {
            const change = wholeLetters(doc, from, to, put.sliceString(0, put.length, "\n"));
            if (change.to > change.from) this.text.delete(change.from + moved, change.to - change.from);
            // No formats: what is written here is plain text, also in the midst of bold.
            if (change.insert) this.text.insert(change.from + moved, change.insert, {});
            moved += change.insert.length - (change.to - change.from);
          },
        );
      }, this.conf);
    }

    destroy() {
      this.text.unobserve(this.observer);
    }
  };
}

/**
 * A change of the shared text, as CodeMirror writes it.
 * @param {{insert?: unknown, delete?: number, retain?: number}[]} delta
 */
function changesOf(delta) {
  const changes = [];
  let place = 0;
  for (const step of delta) {
    if (step.insert !== undefined) changes.push({ from: place, insert: plainOf(step.insert) });
    else if (step.delete) changes.push({ from: place, to: place += step.delete });
    else place += step.retain ?? 0;
  }
  return changes;
}

/** @param {unknown} insert */
function plainOf(insert) {
  return typeof insert === "string" ? insert : PICTURE_LETTER;
}

/**
 * A change that does not cut a letter of two UTF-16 units in half, which the shared text could not hold.
 * @param {any} doc
 * @param {number} from
 * @param {number} to
 * @param {string} insert
 */
function wholeLetters(doc, from, to, insert) {
  const isCut = (/** @type {number} */ place) => {
    const pair = doc.sliceString(place - 1, place + 1);
    return pair.length === 2 && pair.codePointAt(0) > 0xffff;
  };
  const starts = from > 0 && isCut(from);
  const stops = to > 0 && isCut(to);
  if (starts) insert = doc.sliceString(from - 1, from) + insert;
  if (stops) insert += doc.sliceString(to, to + 1);
  return { from: from - Number(starts), to: to + Number(stops), insert };
}

/** @param {any} WidgetType */
function caretClass(WidgetType) {
  return class PersonCaret extends WidgetType {
    /** @param {{user: {name: string, color: string}, cursor: any}} state */
    constructor({ user, cursor }) {
      super();
      this.name = user.name;
      this.color = user.color;
      this.cursor = cursor; // another each time that it moved: the name is shown again
    }

    toDOM() {
      const caret = document.createElement("span");
      caret.className = "cm-person";
      caret.style.setProperty("--person", this.color);
      caret.setAttribute("aria-hidden", "true");
      caret.append(document.createElement("span"));
      /** @type {HTMLElement} */ (caret.firstChild).textContent = this.name;
      return caret;
    }

    /** @param {any} other */
    eq(other) {
      return other.name === this.name && other.color === this.color && other.cursor === this.cursor;
    }

    ignoreEvent() {
      return true;
    }
  };
}

/**
 * Shows where the others write, and tells them where this person does.
 * @param {Libraries} libraries
 * @param {any} Caret
 * @param {any} Decoration
 */
function caretsClass({ sync: { ySyncFacet, ySyncAnnotation }, state: { Annotation }, yjs }, Caret, Decoration) {
  const somebodyMoved = Annotation.define();
  return class PeopleCarets {
    /** @param {any} view */
    constructor(view) {
      this.view = view;
      const { ytext, awareness } = view.state.facet(ySyncFacet);
      this.text = ytext;
      this.awareness = awareness;
      this.isMine = false;
      this.drawn = this.draw(view.state);
      this.listener = () => view.dispatch({ annotations: somebodyMoved.of(true) });
      awareness.on("change", this.listener);
    }

    /** @param {any} update */
    update(update) {
      const { transactions, state } = update;
      const moved = transactions.some((/** @type {any} */ one) => one.annotation(somebodyMoved));
      if (moved || update.docChanged) this.drawn = this.draw(state);
      const wrote = transactions.some((/** @type {any} */ one) => one.docChanged && !one.annotation(ySyncAnnotation));
      if (wrote || update.selectionSet || update.focusChanged) this.tell(state.selection.main);
    }

    /**
     * Another window in front takes nobody's caret away, but another field does.
     * @param {{anchor: number, head: number}} selection
     */
    tell({ anchor, head }) {
      const { activeElement } = this.view.root;
      if (activeElement === this.view.contentDOM) {
        const end = Math.max(anchor, head); // before what others write there; a beginning is behind it
        const at = (/** @type {number} */ place) =>
          yjs.createRelativePositionFromTypeIndex(this.text, place, place < end ? 0 : -1);
        this.awareness.setLocalStateField("cursor", { anchor: at(anchor), head: at(head) });
        this.isMine = true;
      } else this.forget();
    }

    forget() {
      if (this.isMine) this.awareness.setLocalStateField("cursor", null);
      this.isMine = false;
    }

    /** @param {any} state */
    draw({ doc }) {
      const ranges = [];
      for (const state of this.awareness.getStates().values()) {
        const [anchor, head] = [state.cursor?.anchor, state.cursor?.head].map((place) => this.placeOf(place, doc));
        if (anchor === null || head === null) continue;
        const caret = Decoration.widget({ widget: new Caret(state), side: 1 });
        ranges.push(caret.range(head));
        if (anchor === head) continue;
        const style = `background:color-mix(in srgb, ${state.user.color} 25%, transparent)`;
        ranges.push(Decoration.mark({ attributes: { style } }).range(Math.min(anchor, head), Math.max(anchor, head)));
      }
      return Decoration.set(ranges, true);
    }

    /**
     * Where a relative position is now: null where that cannot be said.
     * @param {any} said
     * @param {any} doc
     * @returns {number | null}
     */
    placeOf(said, doc) {
      try {
        const relative = yjs.createRelativePositionFromJSON(said);
        const place = yjs.createAbsolutePositionFromRelativePosition(relative, this.text.doc);
        return place?.type === this.text ? Math.min(place.index, doc.length) : null;
      } catch {
        return null; // from a browser that is not honest
      }
    }

    destroy() {
      this.awareness.off("change", this.listener);
      this.forget();
    }
  };
}

class CodeEditorElement extends SharedElement {
  /** @type {any} */
  view;
  /** @type {any} */
  undoing;
  /** @type {any} what the options say, in CodeMirror's words */
  settings;
  /** @type {any} */
  languageSettings;
  languageWanted = "";

  /** @override */
  get isShown() {
    return Boolean(this.view);
  }

  /** @override */
  loadLibraries() {
    return loadCodeMirror(this.options);
  }

  /** @override */
  focusEditor() {
    this.view.focus();
  }

  /** @override */
  relabel() {
    this.renewOptions();
  }

  /** @override */
  renewOptions() {
    this.view.dispatch({ effects: this.settings.reconfigure(this.optional(this.options)) });
    this.loadLanguage(this.options);
  }

  /** @override */
  show() {
    const { shared, libraries, options } = this;
    if (!shared) return;
    addCodeStyle();
    const { state: { EditorState, Compartment }, view: { EditorView }, sync, undo, yjs } = libraries;
    this.settings = new Compartment();
    this.languageSettings = new Compartment();
    this.undoing = new yjs.UndoManager(shared.text, { trackedOrigins: new Set() });
    const state = EditorState.create({
      doc: shared.text.toDelta().map((/** @type {any} */ step) => plainOf(step.insert)).join(""),
      extensions: [
        EditorState.lineSeparator.of("\n"), // else a CR would be no letter, and all behind it in another place
        EditorView.cspNonce.of(pageNonce()),
        undo.yUndoManagerFacet.of(new undo.YUndoManagerConfig(this.undoing)),
        undo.yUndoManager,
        sync.ySyncFacet.of(new sync.YSyncConfig(shared.text, shared.carets.forOne())),
        libraries.ours.sync,
        libraries.ours.carets,
        libraries.ours.look,
        this.behaviour(),
        this.settings.of(this.optional(options)),
        this.languageSettings.of([]),
      ],
    });
    this.view = new EditorView({ state, parent: this });
    this.keepEvents(this.view.dom);
    this.languageWanted = "";
    this.loadLanguage(options);
  }

  /** What is the same whatever the options say. */
  behaviour() {
    const { state, view, language, commands, search, autocomplete, undo, sync } = this.libraries;
    return [
      view.highlightSpecialChars({ render: markSpecial }),
      view.drawSelection(),
      view.dropCursor(),
      state.EditorState.allowMultipleSelections.of(true),
      view.rectangularSelection(),
      language.indentOnInput(),
      language.bracketMatching(),
      autocomplete.closeBrackets(),
      autocomplete.autocompletion(),
      view.highlightActiveLine(),
      search.highlightSelectionMatches(),
      search.search({ top: true }),
      view.keymap.of([
        ...undo.yUndoManagerKeymap,
        ...autocomplete.closeBracketsKeymap,
        ...autocomplete.completionKeymap,
        ...search.searchKeymap,
        ...language.foldKeymap,
        ...commands.defaultKeymap,
        commands.indentWithTab,
      ]),
      view.EditorView.clipboardInputFilter.of(cleanPaste),
      view.EditorView.domEventHandlers({
        beforeinput: (/** @type {InputEvent} */ event) => {
          if (event.inputType === "historyUndo") return undo.undo(this.view);
          return event.inputType === "historyRedo" && undo.redo(this.view);
        },
        blur: () => this.tellChange(),
      }),
      view.EditorView.updateListener.of((/** @type {any} */ update) => {
        const isOurs = (/** @type {any} */ one) =>
          one.docChanged && (!one.annotation(sync.ySyncAnnotation) || one.isUserEvent("undo"));
        if (update.transactions.some(isOurs)) this.tellInput();
        else if (update.selectionSet && !update.docChanged) this.undoing.stopCapturing(); // what comes now is undone by itself
      }),
    ];
  }

  /** @param {CodeOptions} options */
  optional({ indent, lineNumbers, wrap, placeholder, readOnly }) {
    const { state: { EditorState }, view, language } = this.libraries;
    const { EditorView } = view;
    return [
      EditorView.contentAttributes.of({
        "aria-label": this.label,
        ...(readOnly ? { tabindex: "0" } : { "aria-description": KEYS_HINT }),
      }),
      EditorState.readOnly.of(readOnly),
      EditorView.editable.of(!readOnly),
      EditorState.tabSize.of(4),
      language.indentUnit.of(" ".repeat(indent)),
      lineNumbers ? [view.lineNumbers(), view.highlightActiveLineGutter(), language.foldGutter()] : [],
      wrap ? EditorView.lineWrapping : [],
      placeholder ? view.placeholder(placeholder) : [],
    ];
  }

  /**
   * Only the language in use is loaded. Without it the text is only less colourful.
   * @param {CodeOptions} options
   */
  async loadLanguage({ language }) {
    const wanted = JSON.stringify(language);
    if (wanted === this.languageWanted) return;
    this.languageWanted = wanted;
    let extension = [];
    try {
      if (language.file) extension = (await import(addressBeside(language.file)))[language.function](language.options);
    } catch (error) {
      console.error("justui:", error);
    }
    if (wanted !== this.languageWanted) return;
    this.view?.dispatch({ effects: this.languageSettings.reconfigure(extension) });
  }

  /** @override */
  hide() {
    this.undoing?.destroy();
    this.view?.destroy();
    this.view = this.undoing = undefined;
  }
}

/**
 * Line ends of other systems become ours, and what a shared text cannot hold is marked.
 * @param {string} text
 */
function cleanPaste(text) {
  return text.replace(/\r\n?/g, "\n").replace(/\0/g, "\ufffd").toWellFormed();
}

/**
 * A line end of another system is no error; neither is a picture.
 * @param {number} code
 * @param {string | null} _
 * @param {string} placeholder
 */
function markSpecial(code, _, placeholder) {
  const mark = document.createElement("span");
  mark.textContent = code === 13 ? "↵" : code === PICTURE_LETTER.charCodeAt(0) ? "▣" : placeholder;
  mark.className = code === 13 ? "cm-lineEnd" : "cm-specialChar";
  return mark;
}

function addCodeStyle() {
  if (isCodeStyled) return;
  isCodeStyled = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CODE_STYLE);
  document.adoptedStyleSheets.push(sheet);
}

customElements.define("justui-code-editor", CodeEditorElement);
