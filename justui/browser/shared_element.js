// What the elements of all editors of a shared text have in common: they load their libraries, open the document, show it when it
// is there, follow the page when it speaks of another, and say when somebody has written. Knows no editor.

import { leaveDocument, shareDocument } from "./shared.js";
import { showNote } from "./notice.js";

/** @typedef {import("./shared.js").SharedDocument} SharedDocument */

/**
 * Where a file is served: beside this script.
 * @param {string} file
 */
export function addressBeside(file) {
  return new URL(`./${file}`, import.meta.url).href;
}

export class SharedElement extends HTMLElement {
  static observedAttributes = ["data-share", "data-editor", "aria-label"];

  /** @type {Promise<any> | undefined} the libraries, for all elements of a class */
  static loading;

  /** @type {SharedDocument | undefined} */
  shared;
  /** @type {any} */
  libraries;
  starting = 0;
  written = false;
  focusIsAwaited = false;

  // What an editor says of itself

  /** Whether the editor is there. */
  get isShown() {
    return false;
  }

  /** @returns {Promise<any>} the libraries, with `yjs` among them */
  loadLibraries() {
    return Promise.reject(new Error("of the editor"));
  }

  show() {}

  hide() {}

  focusEditor() {}

  /** @param {string} _label */
  relabel(_label) {}

  /** The page has other options for it. */
  renewOptions() {
    this.hide();
    this.show();
  }

  // What is the same for all

  connectedCallback() {
    if (!this.isShown) this.start();
  }

  disconnectedCallback() {
    queueMicrotask(() => !this.isConnected && this.stop()); // it may only have been moved
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (before === now || !this.isShown) return;
    if (name === "aria-label") this.relabel(this.label);
    else if (before === null) return;
    else if (name === "data-share") this.follow();
    else this.renewOptions();
  }

  /** @returns {any} */
  get options() {
    return JSON.parse(this.getAttribute("data-editor") ?? "{}");
  }

  get said() {
    return JSON.parse(this.getAttribute("data-share") ?? "{}");
  }

  /** @returns {string} */
  get label() {
    return this.getAttribute("aria-label") ?? this.options.label;
  }

  /** @override */
  focus() {
    this.focusIsAwaited = !this.isShown;
    if (this.isShown) this.focusEditor();
  }

  async start() {
    const start = ++this.starting;
    const kind = /** @type {typeof SharedElement} */ (this.constructor);
    try {
      this.libraries = await (kind.loading ??= this.loadLibraries());
    } catch (error) {
      kind.loading = undefined;
      console.error("justui:", error);
      showNote({ text: "The editor cannot be loaded. What you see is the text as it was.", kind: "error" });
      return;
    }
    if (start === this.starting && this.isConnected) this.share();
  }

  /** Open the document, and show it when it is there. */
  share() {
    const shared = this.shared = shareDocument(this.libraries.yjs, this.said, this);
    const show = () => {
      if (this.shared !== shared || !this.isConnected) return;
      this.show();
      if (this.focusIsAwaited) this.focus();
    };
    if (shared.isThere) show();
    else shared.opened.push(show);
    shared.reset = () => {
      for (const user of [...shared.users]) /** @type {SharedElement} */ (user).renew();
    };
  }

  /** The page speaks of another document, or of this one under another number. */
  follow() {
    const { shared, said } = this;
    if (shared?.isSame(said)) shared.rename(said);
    else this.renew();
  }

  renew() {
    this.stop();
    this.start();
  }

  stop() {
    this.starting++;
    this.hide();
    if (this.shared) leaveDocument(this.shared, this);
    this.shared = undefined;
  }

  /**
   * Events of what is inside are not the program's.
   * @param {HTMLElement} box
   */
  keepEvents(box) {
    for (const type of ["input", "change"]) box.addEventListener(type, (event) => event.stopPropagation());
  }

  /** The person here has written: the server gets it before the event. */
  tellInput() {
    this.written = true;
    this.shared?.flush();
    this.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  /** The person here has left the text. */
  tellChange() {
    if (!this.written) return;
    this.written = false;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
