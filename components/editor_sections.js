// Long texts in `ui.Editor`: their lines stand in sections, of which the browser lays out only those that are near. With each key
// it goes through all of an editable text, line by line and letter by letter, unless it is told that it need not. Knows Quill, no
// documents.

/** Lines from which on a text is long; lines that a section is made of. */
const LONG = 300;
const SIZE = 50;
/** Pixels, about, of a line, of what is between paragraphs, and of a letter: of sections that were not near yet. */
const LINE = 25;
const GAP = 6;
const LETTER = 7.5;

// The first and the last are always there: from elsewhere, Ctrl+Home and Ctrl+End would find no place for the caret in them.
export const SECTION_STYLE = "justui-editor .ui-section:not(:first-child,:last-child){content-visibility:auto}";

/**
 * Add sections to what Quill's tree may have. They are no part of the text.
 * @param {any} Quill
 */
export function registerSections(Quill) {
  const Container = Quill.import("blots/container");

  class Section extends Container {
    static blotName = "section";
    static tagName = "DIV";
    static className = "ui-section";
    static allowedChildren = [Quill.import("blots/block"), Quill.import("blots/block/embed"), Container];

    checkMerge() {
      return false;
    }

    /** @param {unknown} context */
    optimize(context) {
      super.optimize(context);
      joinEnds(this.prev, this);
      joinEnds(this, this.next);
    }
  }

  /**
   * A list that ends one section and begins the next is one list, as it would be without sections; so are code and tables.
   * @param {any} one
   * @param {any} next
   */
  function joinEnds(one, next) {
    if (!(one instanceof Section && next instanceof Section)) return;
    const last = one.children.tail;
    const first = next.children.head;
    if (last instanceof Container && last.statics.blotName === first?.statics.blotName) next.insertBefore(last, first);
  }

  Quill.register(Section);
}

export class Sections {
  /** @param {any} quill one without any text yet */
  constructor(quill) {
    this.quill = quill;
    hurry(Object.getPrototypeOf(quill.scroll.children));
    this.width = quill.root.clientWidth || 600;
    quill.on("text-change", () => this.gather());
    quill.root.addEventListener("mousedown", (/** @type {MouseEvent} */ event) => this.press(event));
  }

  /**
   * A press in the moment after a jump, before the browser has laid out what is there now: it would find the section and no line.
   * @param {MouseEvent} event
   */
  press(event) {
    const section = /** @type {HTMLElement} */ (event.target);
    if (!section.classList.contains("ui-section") || event.button) return;
    this.quill.update();
    section.style.contentVisibility = "visible";
    this.quill.scroll.observer.takeRecords(); // nothing of the text
    const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    if (!place || !section.contains(place.offsetNode)) return;
    event.preventDefault();
    this.quill.root.focus({ preventScroll: true });
    getSelection()?.collapse(place.offsetNode, place.offset);
  }

  /** Let each line of a long text stand in a section of the right size. */
  gather() {
    const { quill } = this;
    const { children } = quill.scroll;
    const parts = children.map((/** @type {any} */ part) => part);
    if (parts.length <= LONG && !parts.some(isSection) || parts.every(isRight)) return;
    const selected = quill.hasFocus() && quill.getSelection();
    for (const section of new Set(parts.map((/** @type {any} */ part) => this.placed(part)))) this.fit(section);
    quill.scroll.optimize();
    if (selected) quill.setSelection(selected, "silent"); // what is moved takes no caret along
  }

  /**
   * The section in which a part of the tree stands from now on.
   * @param {any} part
   */
  placed(part) {
    if (isSection(part)) return part;
    const { scroll } = this.quill;
    let section = part.prev;
    if (!isSection(section) || section.children.length >= SIZE && isParagraph(part)) {
      section = scroll.create("section");
      scroll.insertBefore(section, part);
    }
    section.appendChild(part);
    return section;
  }

  /**
   * Divide a section that has grown; say how high it will be.
   * @param {any} section
   */
  fit(section) {
    const lines = section.children.map((/** @type {any} */ line) => line);
    if (lines.length > 2 * SIZE) {
      const middle = lines.slice(SIZE).find(isParagraph) ?? lines[SIZE];
      this.fit(section.split(middle.offset(section)));
    }
    section.domNode.style.containIntrinsicHeight = `auto ${Math.round(this.heightOf(section))}px`;
  }

  /**
   * Pixels, about.
   * @param {any} blot
   * @returns {number}
   */
  heightOf(blot) {
    if (!isGroup(blot)) return Math.ceil(blot.length() * LETTER / this.width) * LINE + GAP;
    return blot.children.reduce((/** @type {number} */ sum, /** @type {any} */ line) => sum + this.heightOf(line), 0);
  }
}

let isHurried = false;

/**
 * A line that was made just now is in no list yet. Quill goes through all lines to find that out, for each that it makes.
 * @param {any} List
 */
function hurry(List) {
  if (isHurried) return;
  isHurried = true;
  const { contains } = List;
  List.contains = /** @this {any} */ function (/** @type {any} */ line) {
    return Boolean(line.prev || line.next || this.head === line) && contains.call(this, line);
  };
}

/** @param {any} blot */
function isSection(blot) {
  return blot?.statics.blotName === "section";
}

/**
 * Whether a part of the tree may stay as it is.
 * @param {any} part
 */
function isRight(part) {
  return isSection(part) && part.children.length <= 2 * SIZE;
}

/**
 * Sections part before paragraphs only: other lines have more space above, or belong to the line before.
 * @param {any} line
 */
function isParagraph(line) {
  return line.domNode.tagName === "P";
}

/**
 * Whether it has lines, and is none itself: what a line has begins with something even when it is empty.
 * @param {any} blot
 */
function isGroup(blot) {
  return Boolean(blot.children) && !blot.statics.defaultChild;
}
