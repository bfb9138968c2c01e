// The browser half of `ui.Editor`: Quill, bound to the shared text. Until it is there, the text stands in the page as HTML.

import { addressBeside, SharedElement } from "../justui/browser/shared_element.js";
import { pageNonce } from "../justui/browser/head.js";
import { sender } from "../justui/browser/files.js";
import { showNote } from "../justui/browser/notice.js";
import { TextBinding } from "./editor_binding.js";
import { registerSections, SECTION_STYLE, Sections } from "./editor_sections.js";
import { beginComment, cleanSelection, followComments, keepMoved, registerComments } from "./editor_comments.js";
import { TableBar, tableBindings } from "./editor_tables.js";

/**
 * @typedef {{toolbar: unknown[], placeholder: string, readOnly: boolean, images: string, files: {[name: string]: string}, sheets: string[],
 *   label: string}} EditorOptions
 */

/** Pixels of a picture's longer side, and characters of its address, at most. */
const PICTURE_SIDE = 1600;
const PICTURE_LENGTH = 1_500_000;
const COLOUR = /^(#[0-9a-f]{3,8}|rgba?\([\d\s,.%/]+\)|[a-z]+)$/i;

const EDITOR_STYLE = `
justui-editor{display:flex;flex-direction:column;min-height:8rem}
justui-editor:has(>.ql-container)>[data-raw]{display:none}
justui-editor .ql-toolbar.ql-snow{display:flex;flex-wrap:wrap;gap:.15rem .5rem;padding:.4rem;border-color:var(--line);border-radius:var(--radius) var(--radius) 0 0;background:var(--surface);font-family:inherit}
justui-editor .ql-toolbar.ql-snow .ql-formats{display:inline-flex;align-items:center;margin:0}
justui-editor .ql-container.ql-snow{flex:1;min-height:0;border-color:var(--line);border-radius:0 0 var(--radius) var(--radius);background:var(--surface);font:inherit}
justui-editor .ql-container.ql-snow:first-of-type:not(.ql-toolbar+*){border-top:1px solid var(--line);border-radius:var(--radius)}
justui-editor .ql-editor{padding:.9rem 1rem;line-height:1.55;overflow-y:auto}
justui-editor .ql-editor.ql-blank::before{left:1rem;right:1rem;color:var(--muted);font-style:normal}
justui-editor .ql-editor:focus-visible{outline:2px solid var(--accent);outline-offset:-2px;border-radius:inherit}
justui-editor .ql-editor :is(h1,h2,h3,h4,h5,h6){margin:.6em 0 .3em}
justui-editor .ql-editor :is(h1,h2,h3,h4,h5,h6):first-child{margin-top:0}
justui-editor .ql-editor p{margin:0 0 .4em}
justui-editor .ql-editor :is(ol,ul){padding-left:.25em}
justui-editor .ql-editor a{color:var(--accent)}
justui-editor .ql-editor blockquote{border-color:var(--line);color:var(--muted)}
justui-editor .ql-snow .ql-editor .ql-code-block-container{border-radius:var(--radius);background:var(--fill);color:var(--ink);font-family:var(--mono);font-size:.9em}
justui-editor .ql-editor td{border-color:var(--line)}
justui-editor .ql-snow.ql-toolbar button{width:2rem;height:2rem;min-height:0;margin:0;padding:.35rem;border:0;border-radius:.35rem;background:none}
justui-editor .ql-snow.ql-toolbar button:hover{background:var(--fill)}
justui-editor .ql-snow.ql-toolbar button.ql-active{background:color-mix(in srgb,var(--accent) 18%,transparent)}
justui-editor .ql-snow .ql-stroke{stroke:var(--ink)}
justui-editor .ql-snow .ql-fill,justui-editor .ql-snow .ql-stroke.ql-fill{fill:var(--ink)}
justui-editor .ql-snow .ql-picker{color:var(--ink);height:2rem;line-height:2rem}
justui-editor .ql-snow .ql-picker-label{display:flex;align-items:center;border-color:transparent!important;border-radius:.35rem}
justui-editor .ql-snow .ql-picker-label::before{line-height:2rem}
justui-editor .ql-snow .ql-picker-options{border-color:var(--line)!important;border-radius:.35rem;background:var(--surface);box-shadow:0 4px 16px #0003}
justui-editor .ql-snow.ql-toolbar :is(button,.ql-picker-label,.ql-picker-item):is(:hover,:focus-visible,.ql-active,.ql-selected){color:var(--accent)}
justui-editor .ql-snow.ql-toolbar :is(button,.ql-picker-label,.ql-picker-item):is(:hover,:focus-visible,.ql-active,.ql-selected) .ql-stroke{stroke:var(--accent)}
justui-editor .ql-snow.ql-toolbar :is(button,.ql-picker-label,.ql-picker-item):is(:hover,:focus-visible,.ql-active,.ql-selected) :is(.ql-fill,.ql-stroke.ql-fill){fill:var(--accent)}
justui-editor .ql-snow .ql-tooltip{z-index:5;left:.5rem!important;border-color:var(--line);border-radius:var(--radius);background:var(--surface);color:var(--ink);box-shadow:0 4px 16px #0003}
justui-editor .ql-snow .ql-tooltip input[type=text]{height:2rem;min-height:0;border-color:var(--line)}
justui-editor .ql-cursor-flag{font-family:inherit}
justui-editor .ql-comment{display:none!important}
${SECTION_STYLE}`;

let isStyled = false;

/**
 * @param {EditorOptions} options
 * @returns {Promise<{yjs: any}>}
 */
async function loadLibraries({ files, sheets }) {
  for (const sheet of sheets) loadSheet(sheet);
  const loading = import(addressBeside(files.yjs));
  await loadScript(files.quill);
  await loadScript(files.cursors);
  const yjs = await loading;
  prepareQuill();
  return { yjs };
}

/** @param {string} file */
function loadSheet(file) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = addressBeside(file);
  sheet.nonce = pageNonce();
  document.head.prepend(sheet);
}

/**
 * @param {string} file
 * @returns {Promise<unknown>}
 */
function loadScript(file) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = addressBeside(file);
    script.nonce = pageNonce();
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${file} cannot be loaded`));
    document.head.append(script);
  });
}

/** Quill without what we do better, with icons for what we add. */
function prepareQuill() {
  const { Quill, QuillCursors } = /** @type {any} */ (globalThis);
  Quill.register("modules/cursors", QuillCursors.default ?? QuillCursors, true);
  Quill.register("modules/history", SharedHistory, true);
  registerSections(Quill);
  freeAtOnce(Quill.import("blots/container"));
  registerComments(Quill);
  Quill.import("modules/table").prototype.balanceTables = () => {}; // `editor_tables` fills short rows, exactly
  const icons = Quill.import("ui/icons");
  icons.undo = drawing("M6 10 2.5 6.5 6 3M3 6.5h7a4.5 4.5 0 0 1 0 9H7");
  icons.redo = drawing("M12 10l3.5-3.5L12 3M15 6.5H8a4.5 4.5 0 0 0 0 9h3");
  icons.comment = drawing("M2.5 3.5h13v9h-7l-3.5 3v-3h-2.5zM6 6.8h6M6 9.4h4");
  icons.table = drawing("M2.5 3.5h13v11h-13zM2.5 7.2h13M2.5 10.8h13M6.8 3.5v11M11.2 3.5v11");
}

/**
 * Lines that are no items any more leave their list together. Quill frees one after the other, and after a hundred it gives up with
 * an error, in the middle of the change; so it is with code.
 * @param {any} Container
 */
function freeAtOnce(Container) {
  const enforce = Container.prototype.enforceAllowedChildren;
  Container.prototype.enforceAllowedChildren = /** @this {any} */ function () {
    if (this.parent) freeLines(this);
    enforce.call(this);
  };
}

/** @param {any} container */
function freeLines(container) {
  const { parent, next, statics } = container;
  const isItem = (/** @type {any} */ line) =>
    statics.allowedChildren.some((/** @type {any} */ kind) => line instanceof kind);
  let keeps = false;
  let home = container;
  for (const line of container.children.map((/** @type {any} */ child) => child)) {
    if (line.statics.scope !== statics.scope) continue;
    if (!isItem(line)) {
      parent.insertBefore(line, keeps ? next : container);
      if (keeps) home = undefined;
    } else {
      keeps = true;
      if (!home) parent.insertBefore(home = container.clone(), next);
      if (home !== container) home.appendChild(line);
    }
  }
}

/** @param {string} path */
function drawing(path) {
  return `<svg viewBox="0 0 18 18"><path class="ql-stroke" fill="none" d="${path}"></path></svg>`;
}

/** Takes the place of Quill's own history: a person undoes what they did themselves, not what others wrote meanwhile. */
class SharedHistory {
  /** @param {any} quill */
  constructor(quill) {
    this.quill = quill;
    /** @type {any} */
    this.manager = undefined;
    const undo = () => this.undo();
    const redo = () => this.redo();
    quill.keyboard.addBinding({ key: "z", shortKey: true }, undo);
    quill.keyboard.addBinding({ key: "z", shortKey: true, shiftKey: true }, redo);
    quill.keyboard.addBinding({ key: "y", shortKey: true }, redo);
    quill.root.addEventListener("beforeinput", (/** @type {InputEvent} */ event) => {
      if (event.inputType === "historyUndo") undo();
      else if (event.inputType === "historyRedo") redo();
      else return;
      event.preventDefault();
    });
  }

  undo() {
    this.manager?.undo();
  }

  redo() {
    this.manager?.redo();
  }

  cutoff() {
    this.manager?.stopCapturing();
  }

  clear() {
    this.manager?.clear();
  }
}

class EditorElement extends SharedElement {
  /** @type {any} */
  quill;
  /** @type {any} */
  binding;
  /** @type {any} */
  undoing;
  /** @type {TableBar | undefined} */
  tables;

  /** @override */
  get isShown() {
    return Boolean(this.quill);
  }

  /** @override */
  loadLibraries() {
    return loadLibraries(this.options);
  }

  /** @override */
  focusEditor() {
    this.quill.focus();
  }

  /**
   * @override
   * @param {string} label
   */
  relabel(label) {
    this.quill.root.setAttribute("aria-label", label);
  }

  /** @override */
  show() {
    const { Quill } = /** @type {any} */ (globalThis);
    const { shared } = this;
    const options = /** @type {EditorOptions} */ (this.options);
    if (!shared) return;
    addStyle();
    const box = document.createElement("div");
    this.append(box);
    this.quill = new Quill(box, {
      theme: "snow",
      placeholder: options.placeholder,
      readOnly: options.readOnly,
      bounds: this,
      modules: {
        toolbar: options.toolbar.length ? { container: options.toolbar, handlers: this.handlers() } : false,
        cursors: { hideDelayMs: 2000, selectionChangeSource: null },
        table: true,
        keyboard: { bindings: tableBindings(() => this.tables) },
        uploader: {
          handler: (/** @type {any} */ range, /** @type {File[]} */ files) => this.addPictures(range, files),
        },
        clipboard: {
          matchers: [
            [Node.ELEMENT_NODE, cleanFormats],
            [Node.ELEMENT_NODE, (/** @type {Node} */ _, /** @type {any} */ delta) => keepMoved(this.quill, delta)],
            ["script, style, template, noscript", leaveOut],
          ],
        },
      },
    });
    const { root } = this.quill;
    root.setAttribute("role", "textbox");
    root.setAttribute("aria-multiline", "true");
    this.relabel(this.label);
    for (const button of this.querySelectorAll(".ql-toolbar :is(button, select, .ql-picker-label)")) {
      button.setAttribute("title", titleOf(button));
      button.setAttribute("aria-label", titleOf(button));
    }
    this.querySelector(".ql-tooltip input")?.setAttribute("aria-label", "Address");
    new Sections(this.quill);
    const { yjs } = this.libraries;
    this.binding = new TextBinding(yjs, shared.text, this.quill, shared.carets.forOne());
    this.undoing = new yjs.UndoManager(shared.text, { trackedOrigins: new Set([this.binding]) });
    this.quill.getModule("history").manager = this.undoing;
    if (!options.readOnly) this.tables = new TableBar(this.quill, box);
    followComments(this.quill, this);
    this.listen(box);
  }

  /** @param {HTMLElement} box */
  listen(box) {
    this.keepEvents(box);
    this.quill.on(
      "text-change",
      (/** @type {any} */ _now, /** @type {any} */ _before, /** @type {string} */ source) => {
        if (source === "user") this.tellInput();
      },
    );
    this.undoing.on("stack-item-popped", () => this.tellInput());
    this.quill.root.addEventListener("blur", () => this.tellChange());
  }

  /** @override */
  hide() {
    this.undoing?.destroy();
    this.binding?.destroy();
    this.binding =
      this.quill =
      this.undoing =
      this.tables =
        undefined;
    for (const node of this.querySelectorAll(":scope > .ql-toolbar, :scope > .ql-container")) node.remove();
  }

  handlers() {
    return {
      undo: () => this.undoing?.undo(),
      redo: () => this.undoing?.redo(),
      comment: () => beginComment(this),
      clean: () => cleanSelection(this.quill),
      table: () => this.tables?.insert(),
      image: () => this.choosePicture(),
    };
  }

  /**
   * Where a picture is, once it is in the folder for pictures; without such a folder it stands in the text.
   * @param {string} picture its address, with all of it
   * @returns {Promise<string>}
   */
  async placed(picture) {
    const { images } = this.options;
    if (!images) return picture;
    const root = sender.socket.split("/_justui/")[0];
    const name = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");
    const place = `${root}${images}/${name}.webp`; // no UUID: browsers make none on plain http
    const body = Uint8Array.from(atob(picture.split(",")[1]), (letter) => letter.charCodeAt(0)); // no fetch: our policy
    const answer = await fetch(place, { method: "PUT", body, headers: { "X-Justui-Tab": sender.token } });
    if (!answer.ok) throw new Error((await answer.text()).slice(0, 200) || `it was refused (${answer.status}).`);
    return place;
  }

  choosePicture() {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = "image/*";
    input.multiple = true;
    input.onchange = () => this.addPictures(this.quill.getSelection(true), [...(input.files ?? [])]);
    input.click();
  }

  /**
   * @param {{index: number}} range
   * @param {File[]} files
   */
  async addPictures(range, files) {
    let place = this.binding.keep(range.index);
    for (const file of files) {
      try {
        const image = await this.placed(await pictureOf(file));
        const index = place();
        this.quill.insertEmbed(index, "image", image, "user");
        this.quill.setSelection(index + 1, "user");
        place = this.binding.keep(index + 1);
      } catch (error) {
        showNote({ text: `${file.name}: ${/** @type {Error} */ (error).message}`, kind: "error" });
      }
    }
  }
}

/**
 * A picture small enough to stand in the text, as its address.
 * @param {File} file
 * @returns {Promise<string>}
 */
async function pictureOf(file) {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error("this is no picture that can be shown.");
  });
  for (let side = PICTURE_SIDE; side > 100; side /= 1.5) {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const address = canvas.toDataURL("image/webp", 0.85);
    if (address.length < PICTURE_LENGTH) return address;
  }
  throw new Error("the picture is too large.");
}

/**
 * What is pasted keeps only the colours that the server takes.
 * @param {Node} _
 * @param {any} delta
 */
function cleanFormats(_, delta) {
  for (const { attributes } of delta.ops) {
    for (const name of ["color", "background"]) {
      if (attributes?.[name] && !COLOUR.test(attributes[name])) delete attributes[name];
    }
  }
  return delta;
}

/**
 * What is pasted brings no scripts along, not even as words.
 * @param {Node} _
 * @param {any} delta
 */
function leaveOut(_, delta) {
  return new delta.constructor();
}

/** @param {Element} button */
function titleOf(button) {
  const name = /ql-([\w-]+)/.exec(button.classList.toString().replace("ql-picker-label", ""))?.[1] ??
    /ql-([\w]+)(?= ql-picker|$)/.exec(button.parentElement?.className ?? "")?.[1] ?? "";
  const value = /** @type {HTMLButtonElement} */ (button).value ?? "";
  return TITLES[`${name} ${value}`] ?? TITLES[name] ?? name;
}

/** @type {{[name: string]: string}} */
const TITLES = {
  header: "Heading",
  size: "Size",
  font: "Font",
  bold: "Bold",
  italic: "Italic",
  underline: "Underline",
  strike: "Strike through",
  color: "Colour",
  background: "Background",
  "script sub": "Subscript",
  "script super": "Superscript",
  "list ordered": "Numbered list",
  "list bullet": "List",
  "list check": "Check list",
  "indent -1": "Less indent",
  "indent +1": "More indent",
  align: "Alignment",
  direction: "Right to left",
  blockquote: "Quote",
  "code-block": "Code block",
  code: "Code",
  link: "Link",
  image: "Picture",
  comment: "Comment",
  table: "Table",
  undo: "Undo",
  redo: "Redo",
  clean: "Remove formats",
};

function addStyle() {
  if (isStyled) return;
  isStyled = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(EDITOR_STYLE);
  document.adoptedStyleSheets.push(sheet);
}

customElements.define("justui-editor", EditorElement);
