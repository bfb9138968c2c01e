// The browser half of `ui.Comments`: shades the text that people have commented, joins each card with its place in the editor, and
// begins new threads there. What the cards hold is the server's; here is only what they look like and where they lead.

import { link } from "../justui/browser/socket.js";
import { showNote } from "../justui/browser/notice.js";

/** @typedef {HTMLElement & {quill: any, shared: any, libraries: any, said: {d: number}}} Editor */

const COMMENTS_STYLE = `@layer components{
justui-comments{display:block;overflow:auto}
justui-comments .ui-none{display:block;padding:.5rem 0}
justui-comments details{margin-top:.6rem;padding:.4rem .7rem;background:none}
justui-comments details justui-comment{opacity:.8}
justui-comment{display:block;margin:0 0 .6rem;padding:.6rem .75rem;border:1px solid var(--line);border-left:3px solid var(--by);border-radius:var(--radius);background:var(--surface);font-size:.9rem;line-height:1.45;cursor:pointer}
justui-comment[data-resolved]{cursor:auto}
justui-comment :is(p,form,.ui-reply){margin:.35rem 0 0}
justui-comment header{display:flex;flex-wrap:wrap;align-items:center;gap:.1rem .45rem;margin:0}
justui-comment header .ui-act{margin:0 -.4rem 0 auto;border-color:transparent;background:none;color:var(--muted)}
justui-comment header .ui-act:is(:hover,:focus-visible){background:var(--fill);color:var(--ink)}
justui-comment .ui-dot{flex:none;width:.6rem;height:.6rem;border-radius:50%;background:var(--by)}
justui-comment .ui-reply .ui-dot{display:none}
justui-comment justui-when{color:var(--muted);font-size:.8rem}
justui-comment p{white-space:pre-wrap;overflow-wrap:anywhere}
justui-comment .ui-reply{padding:.35rem 0 0 .6rem;border-left:2px solid var(--line)}
justui-comment button{min-height:2rem;padding:.2rem .6rem;font-size:.8rem}
justui-comment button.ui-quote{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;width:100%;min-height:0;margin:.35rem 0 0;padding:.15rem .5rem;border:0;border-left:2px solid var(--line);border-radius:0;background:none;color:var(--muted);font-weight:400;text-align:start;overflow-wrap:anywhere}
justui-comment button.ui-quote:disabled{opacity:1;font-style:italic}
justui-comment form{display:flex;flex-wrap:wrap;align-items:end;gap:.35rem}
justui-comment textarea{flex:1 1 8rem;min-height:2.2rem;max-height:10rem;padding:.3rem .5rem;resize:none;field-sizing:content}
justui-comment form:not(:focus-within) button{display:none}
justui-editor:has(.ui-draft){position:relative}
.ui-draft{position:absolute;z-index:6;display:flex;flex-wrap:wrap;align-items:center;gap:.4rem;width:min(20rem,calc(100% - 1rem));margin:0;padding:.6rem;border:1px solid var(--line);border-radius:var(--radius);background:var(--surface);box-shadow:0 6px 24px #0004}
.ui-draft textarea{flex:1 1 100%;min-height:4.5rem;max-height:12rem;padding:.4rem .55rem;field-sizing:content}
.ui-draft button{margin:0;min-height:2.2rem;padding:.25rem .8rem;font-size:.9rem}
}
::highlight(ui-draft){background:color-mix(in srgb,var(--accent) 30%,transparent)}
@media (pointer:coarse){justui-comment form button{display:inline-block!important}}
`;

const baseSheet = new CSSStyleSheet();
baseSheet.replaceSync(COMMENTS_STYLE);
/** What depends on the comments that there are. */
const marksSheet = new CSSStyleSheet();
document.adoptedStyleSheets.push(baseSheet, marksSheet);

/** @type {Set<CommentsPanel>} */
const panels = new Set();
/** @type {Map<string, CommentCard>} */
const cards = new Map();
let activeId = "";
let isStale = false;
/** @type {Draft | undefined} */
let draft;

/** The rules are made anew once this turn is over. */
function restyle() {
  if (isStale) return;
  isStale = true;
  queueMicrotask(() => {
    isStale = false;
    marksSheet.replaceSync([...[...panels].map(rulesOfPanel), ...[...cards.values()].map(rulesOfCard)].join("\n"));
  });
}

/**
 * The button in the toolbar is for editors with comments at their side; cards are answered where one may write in the text.
 * @param {CommentsPanel} panel
 */
function rulesOfPanel({ number }) {
  const editor = `[data-share^='{"d": ${number},']`;
  const open = `${editor}[data-editor*='"readOnly": false']`;
  return `${editor} .ql-snow button.ql-comment{display:block!important}
:root:not(:has(${open})) justui-comments[data-of="${number}"] .ui-act{display:none!important}`;
}

/** @param {CommentCard} card */
function rulesOfCard({ thread, isResolved, colour }) {
  if (isResolved) return "";
  const name = CSS.escape(thread);
  const strong = thread === activeId;
  return `justui-editor [data-comment="${name}"]{background:color-mix(in srgb,${colour} ${
    strong ? 38 : 18
  }%,transparent);
box-shadow:0 ${strong ? 2 : 1}px 0 ${colour}}
${strong ? `justui-comment[data-thread="${name}"]{outline:2px solid ${colour};outline-offset:-1px}` : ""}`;
}

/** @param {string} id of the comment in which the caret is, or whose card was chosen */
function activate(id) {
  if (id === activeId) return;
  cards.get(activeId)?.removeAttribute("aria-current");
  activeId = id;
  const card = cards.get(id);
  card?.setAttribute("aria-current", "true");
  card?.panel?.bringIntoView(card);
  restyle();
}

document.addEventListener("selectionchange", () => {
  const node = getSelection()?.focusNode;
  const element = node instanceof Element ? node : node?.parentElement;
  if (!element?.closest("justui-editor .ql-editor")) return; // in a card, say
  activate(element.closest("[data-comment]")?.getAttribute("data-comment") ?? "");
});

document.addEventListener("justui-comment", (event) => {
  const editor = /** @type {Editor} */ (event.target);
  if ([...panels].some(({ number }) => number === editor.said.d)) begin(editor);
});

/** @param {Editor} editor */
function begin(editor) {
  const { quill } = editor;
  if (!quill.isEnabled()) return;
  const { index, length } = quill.getSelection(true);
  const spans = freeSpans(quill, index, length);
  const card = cards.get([quill.getFormat(index, length).comment].flat()[0]);
  if (spans.length) {
    draft?.close();
    draft = new Draft(editor, index, length);
  } else if (card && !card.isResolved) card.answer();
  else showNote({ text: "Select the text that the comment is about.", kind: "info" });
}

/**
 * What of a selection has no open comment yet, line by line.
 * @param {any} quill
 * @param {number} index
 * @param {number} length
 */
function freeSpans(quill, index, length) {
  /** @type {[start: number, length: number][]} */
  const spans = [];
  let place = index;
  for (const { insert, attributes } of length ? quill.getContents(index, length).ops : []) {
    const text = typeof insert === "string" ? insert : "_";
    const card = cards.get(attributes?.comment);
    if (!card || card.isResolved) {
      for (const line of text.matchAll(/[^\n]+/g)) spans.push([place + line.index, line[0].length]);
    }
    place += text.length;
  }
  return spans;
}

function newId() {
  const letters = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(12)));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_");
}

/** A comment that is being written, beside what is selected. It stays until its card is there. */
class Draft {
  id = "";

  /**
   * @param {Editor} editor
   * @param {number} index
   * @param {number} length
   */
  constructor(editor, index, length) {
    this.editor = editor;
    this.ends = [index, index + length].map((place) =>
      editor.libraries.yjs.createRelativePositionFromTypeIndex(editor.shared.text, place)
    );
    this.box = document.createElement("form");
    this.box.className = "ui-draft";
    this.box.setAttribute("aria-label", "New comment");
    this.area = document.createElement("textarea");
    this.area.maxLength = 10_000;
    this.area.placeholder = "Comment";
    this.area.setAttribute("aria-label", "Comment");
    const cancel = buttonOf("Cancel", "button");
    cancel.onclick = () => this.close();
    this.box.append(this.area, buttonOf("Comment", "submit"), cancel);
    for (const type of ["input", "change", "submit"]) {
      this.box.addEventListener(type, (event) => event.stopPropagation());
    }
    this.box.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      else sendByEnter(event);
    });
    this.shade();
    editor.append(this.box);
    this.put(index, length);
    this.area.focus();
  }

  /** Where the focus has gone, the selection is not seen any more. */
  shade() {
    const selection = getSelection();
    if (selection?.rangeCount && "highlights" in CSS) {
      CSS.highlights.set("ui-draft", new Highlight(selection.getRangeAt(0).cloneRange()));
    }
  }

  /**
   * Below what is selected, else above.
   * @param {number} index
   * @param {number} length
   */
  put(index, length) {
    const { box, editor } = this;
    const { container } = editor.quill;
    const bounds = editor.quill.getBounds(index, length);
    const most = editor.clientHeight - box.offsetHeight - 8;
    const below = container.offsetTop + bounds.bottom + 6;
    const above = container.offsetTop + bounds.top - box.offsetHeight - 6;
    box.style.top = `${Math.max(8, below <= most || above < 0 ? Math.min(below, Math.max(most, above)) : above)}px`;
    box.style.left = `${Math.max(8, Math.min(bounds.left, editor.clientWidth - box.offsetWidth - 8))}px`;
  }

  send() {
    const text = this.area.value.trim();
    const { shared, quill, libraries } = this.editor;
    if (!text || this.id) return;
    if (!link.joined || !shared?.ready || !quill) {
      showNote({ text: "There is no connection now. Send the comment again when it is back.", kind: "warning" });
      return;
    }
    const [start, stop] = this.ends.map((end) =>
      libraries.yjs.createAbsolutePositionFromRelativePosition(end, shared.ydoc)?.index ?? 0
    );
    const spans = freeSpans(quill, start, stop - start);
    if (!spans.length) {
      showNote({ text: "The text was deleted meanwhile.", kind: "warning" });
      return;
    }
    const id = this.id = newId();
    shared.flush();
    shared.ydoc.transact(() => {
      for (const [place, length] of spans) shared.text.format(place, length, { comment: id });
    }, this);
    shared.flush("comment", { n: id, t: text });
    setTimeout(() => this.id = "", 3000); // refused, or lost on its way: it may be sent again
  }

  close() {
    if (draft === this) draft = undefined;
    if (this.box.contains(document.activeElement)) this.editor.quill?.focus();
    this.box.remove();
    if ("highlights" in CSS) CSS.highlights.delete("ui-draft");
  }
}

/**
 * @param {string} text
 * @param {"button" | "submit"} type
 */
function buttonOf(text, type) {
  const button = document.createElement("button");
  button.type = type;
  button.textContent = text;
  return button;
}

/**
 * Enter sends, with Shift it begins a line.
 * @param {KeyboardEvent} event
 */
function sendByEnter(event) {
  const { target } = event;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !(target instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  target.form?.requestSubmit();
}

class CommentsPanel extends HTMLElement {
  static observedAttributes = ["data-of"];

  get number() {
    return Number(this.getAttribute("data-of"));
  }

  connectedCallback() {
    panels.add(this);
    this.addEventListener("click", chooseCard);
    this.addEventListener("keydown", sendByEnter);
    restyle();
  }

  disconnectedCallback() {
    panels.delete(this);
    restyle();
  }

  attributeChangedCallback() {
    restyle();
  }

  /** @returns {Editor | undefined} one that shows the text */
  get editor() {
    const editors = /** @type {Editor[]} */ ([...document.querySelectorAll("justui-editor")]);
    return editors.find((editor) => editor.quill && editor.said.d === this.number);
  }

  /** @param {HTMLElement} card */
  bringIntoView(card) {
    if (this.scrollHeight <= this.clientHeight) return; // the page is not to move
    const [own, its] = [this.getBoundingClientRect(), card.getBoundingClientRect()];
    if (its.top < own.top || its.bottom > own.bottom) this.scrollTop += its.top - own.top - 8;
  }
}

/** @param {MouseEvent} event */
function chooseCard(event) {
  const target = /** @type {Element} */ (event.target);
  const card = target.closest("justui-comment");
  if (card instanceof CommentCard && !target.closest("textarea, button:not(.ui-quote)")) card.showInText();
}

class CommentCard extends HTMLElement {
  static observedAttributes = ["style", "data-resolved"];

  get thread() {
    return this.getAttribute("data-thread") ?? "";
  }

  get isResolved() {
    return this.hasAttribute("data-resolved");
  }

  get colour() {
    return this.style.getPropertyValue("--by") || "var(--accent)";
  }

  get panel() {
    const panel = this.closest("justui-comments");
    return panel instanceof CommentsPanel ? panel : undefined;
  }

  connectedCallback() {
    cards.set(this.thread, this);
    if (draft?.id === this.thread) draft.close();
    restyle();
  }

  disconnectedCallback() {
    if (cards.get(this.thread) === this) cards.delete(this.thread);
    restyle();
  }

  attributeChangedCallback() {
    restyle();
  }

  showInText() {
    const marked = this.panel?.editor?.querySelector(`.ql-editor [data-comment="${CSS.escape(this.thread)}"]`);
    const behavior = matchMedia("(prefers-reduced-motion)").matches ? "auto" : "smooth";
    marked?.scrollIntoView({ block: "center", behavior });
    activate(this.thread);
  }

  answer() {
    activate(this.thread);
    this.querySelector("textarea")?.focus();
  }
}

/** A time, in the zone and the words of who reads it. */
class WhenElement extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() {
    this.attributeChangedCallback();
  }

  attributeChangedCallback() {
    const time = new Date(this.getAttribute("datetime") ?? "");
    if (isNaN(time.valueOf())) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const isToday = time.toDateString() === new Date().toDateString();
    const day = /** @type {Intl.DateTimeFormatOptions} */ (isToday ? {} : { day: "numeric", month: "short" });
    root.textContent = time.toLocaleString([], { ...day, hour: "numeric", minute: "2-digit" });
    this.title = time.toLocaleString();
  }
}

customElements.define("justui-comments", CommentsPanel);
customElements.define("justui-comment", CommentCard);
customElements.define("justui-when", WhenElement);
