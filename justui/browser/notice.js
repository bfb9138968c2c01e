// What the runtime itself tells the person: no connection, a failed handler, a short message.
// Lives in a shadow tree beside the body, where neither the page's styles nor a morph reach it.

const AWAY_AFTER = 1000;
const NOTE_TIME = 5000;
const NOTICE_CSS = `
:host { all: initial !important }
.bottom, .error { position: fixed; z-index: 2147483647; font: 14px/1.4 system-ui, sans-serif; color-scheme: light dark }
.bottom { inset: auto 0 16px; display: grid; gap: 8px; justify-items: center; pointer-events: none }
.box { display: flex; gap: 12px; align-items: center; max-width: min(560px, 90vw); padding: 8px 14px; pointer-events: auto;
  border: 1px solid #8884; border-left: 4px solid #888; border-radius: 8px; background: light-dark(#fff, #222);
  color: light-dark(#222, #eee); box-shadow: 0 4px 16px #0003 }
.success { border-left-color: #2a8a4a } .warning { border-left-color: #c80 } .error-note { border-left-color: #c33 }
button { font: inherit; padding: 2px 10px; border: 1px solid #8888; border-radius: 6px; background: none; color: inherit; cursor: pointer }
.error { inset: auto 16px 16px; max-height: 75vh; overflow: auto; padding: 16px 24px; border: 1px solid #8884; border-top: 4px solid #c33;
  border-radius: 8px; background: light-dark(#fff, #181818); color: light-dark(#222, #eee); box-shadow: 0 4px 32px #0006 }
.error h1 { font-size: 18px; margin: 0 0 12px; color: light-dark(#b00, #f77) }
.error pre { font: 13px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
`;

/** @typedef {{label: string, act: () => void}} NoticeButton */

/** @type {HTMLElement | undefined} the region at the bottom of the window */
let region;
/** @type {HTMLElement | undefined} */
let awayBox;
let awayTimer = 0;

/** @returns {HTMLElement} the region, made when it is first needed */
function noticeRegion() {
  if (region?.isConnected || (region && hostOf(region).isConnected)) return region;
  const host = document.createElement("justui-notice");
  const shadow = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(NOTICE_CSS);
  shadow.adoptedStyleSheets = [sheet];
  region = document.createElement("div");
  region.className = "bottom";
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  shadow.append(region);
  document.documentElement.append(host);
  return region;
}

/** @param {HTMLElement} element */
function hostOf(element) {
  return /** @type {ShadowRoot} */ (element.getRootNode()).host;
}

/**
 * @param {string} text
 * @param {NoticeButton} [button]
 * @param {string} [kind]
 * @returns {HTMLElement}
 */
export function showBox(text, button, kind = "") {
  const box = document.createElement("div");
  box.className = `box ${kind}`;
  box.append(text);
  if (button) box.append(makeButton(button));
  noticeRegion().append(box);
  return box;
}

/** @param {NoticeButton} button */
function makeButton({ label, act }) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = label;
  element.onclick = act;
  return element;
}

/**
 * Tell that there is no connection, once that has lasted a moment.
 * @param {NoticeButton} button
 */
export function showAway(button) {
  if (awayTimer || awayBox) return;
  awayTimer = setTimeout(() => {
    awayTimer = 0;
    awayBox = showBox("Connection lost. What you do is kept and sent later.", button);
  }, AWAY_AFTER);
}

/** The connection is back. */
export function hideAway() {
  clearTimeout(awayTimer);
  awayTimer = 0;
  awayBox?.remove();
  awayBox = undefined;
}

/**
 * Tell something that stays until the connection is back.
 * @param {string} text
 * @param {NoticeButton} [button]
 */
export function showNotice(text, button) {
  hideAway();
  awayBox = showBox(text, button);
}

/**
 * Tell something short that goes by itself.
 * @param {{text: string, kind?: string}} note
 */
export function showNote({ text, kind }) {
  const box = showBox(text, undefined, kind === "error" ? "error-note" : kind);
  setTimeout(() => box.remove(), NOTE_TIME);
}

/**
 * Tell that a handler failed: with the traceback where the server gives it.
 * @param {{title?: string, text?: string, ref?: string}} fault
 */
export function showFault({ title = "Something went wrong", text, ref }) {
  if (!text) return showNote({ text: ref ? `${title} (reference ${ref})` : title, kind: "error" });
  const root = /** @type {ShadowRoot} */ (noticeRegion().getRootNode());
  root.querySelector(".error")?.remove();
  const overlay = document.createElement("div");
  overlay.className = "error";
  overlay.setAttribute("role", "alertdialog");
  const heading = document.createElement("h1");
  heading.textContent = title;
  const traceback = document.createElement("pre");
  traceback.textContent = text;
  const close = () => {
    overlay.remove();
    removeEventListener("keydown", onKey, true);
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") close();
  };
  addEventListener("keydown", onKey, true);
  overlay.append(heading, traceback, makeButton({ label: "Close", act: close }));
  root.append(overlay);
}
