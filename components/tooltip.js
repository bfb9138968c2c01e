// Hover help: what `tooltip=` says of a component, or `tooltip="…"` of an element of the page's own HTML, is shown while the
// mouse rests there, while the keyboard is there, and after a long press. One box for the whole page.

const TIPPED = "[tooltip], [data-tooltip]";
const SHOW_MS = 350;
const HIDE_MS = 150;
const PRESS_MS = 500;
const PRESSED_MS = 2500;
const MOVED = 12;
const GAP = 8;
const ID = "ui-tooltip";
const TIP_SHEET = `
#ui-tooltip { position: fixed; inset: auto; margin: 0; box-sizing: border-box; width: max-content; max-width: min(20rem, calc(100vw - 16px));
  padding: .35rem .6rem; border: 1px solid light-dark(#0000, #fff3); border-radius: .4rem; font: 14px/1.4 system-ui, sans-serif;
  white-space: pre-line; overflow-wrap: anywhere; text-align: start; background: light-dark(#22262b, #33373e); color: #fff;
  box-shadow: 0 4px 16px #0004 }
@media (prefers-reduced-motion: no-preference) {
  #ui-tooltip:popover-open { animation: ui-tip .12s ease-out }
  @keyframes ui-tip { from { opacity: 0; translate: 0 3px } }
}
`;

/** @type {HTMLElement | undefined} */
let tipBox;
/** @type {Element | undefined} whose help is shown */
let tipped;
/** @type {Element | undefined} whose help is about to be shown */
let coming;
let timer = 0;
let frame = 0;
let pressX = 0;
let pressY = 0;

/**
 * @param {EventTarget | null} node
 * @returns {Element | undefined}
 */
function tippedOf(node) {
  const element = node instanceof Element ? node.closest(TIPPED) : null;
  return element && textOf(element) ? element : undefined;
}

/** @param {Element} element */
function textOf(element) {
  return (element.getAttribute("tooltip") ?? element.getAttribute("data-tooltip") ?? "").trim();
}

/** @returns {HTMLElement} */
function boxOfTips() {
  if (!tipBox) {
    tipBox = document.createElement("div");
    tipBox.id = ID;
    tipBox.setAttribute("role", "tooltip");
    tipBox.popover = "manual";
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(TIP_SHEET);
    document.adoptedStyleSheets.push(sheet);
  }
  // Beside the body, where a page that is renewed does not reach it.
  if (!tipBox.isConnected) document.documentElement.append(tipBox);
  return tipBox;
}

/** @param {Element} element */
function showTip(element) {
  stopWaiting();
  if (tipped === element) return;
  hideTip();
  tipped = element;
  const box = boxOfTips();
  box.textContent = textOf(element);
  const described = element.getAttribute("aria-describedby");
  element.setAttribute("aria-describedby", described ? `${described} ${ID}` : ID);
  box.showPopover();
  follow();
}

/** Keep the box where its element is, and what it says true. */
function follow() {
  const box = boxOfTips();
  if (!tipped?.isConnected || !textOf(tipped)) return hideTip();
  const text = textOf(tipped);
  if (box.textContent !== text) box.textContent = text;
  const around = tipped.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const middle = around.left + (around.width - width) / 2;
  const left = Math.max(GAP, Math.min(middle, clientWidth - width - GAP));
  const above = around.top - height - GAP;
  const top = above >= GAP ? above : Math.max(GAP, Math.min(around.bottom + GAP, clientHeight - height - GAP));
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
  frame = requestAnimationFrame(follow);
}

function hideTip() {
  stopWaiting();
  cancelAnimationFrame(frame);
  const ids = (tipped?.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== ID);
  if (ids.length) tipped?.setAttribute("aria-describedby", ids.join(" "));
  else tipped?.removeAttribute("aria-describedby");
  tipped = undefined;
  if (tipBox?.matches(":popover-open")) tipBox.hidePopover();
}

function stopWaiting() {
  clearTimeout(timer);
  coming = undefined;
}

/**
 * @param {() => void} act
 * @param {number} delay
 */
function later(act, delay) {
  clearTimeout(timer);
  timer = setTimeout(act, delay);
}

/** @param {{target: EventTarget | null, pointerType: string}} event */
function onOver({ target, pointerType }) {
  if (pointerType === "touch") return;
  if (target === tipBox) return stopWaiting(); // it may be read, and copied from
  const element = tippedOf(target);
  if (element && element === coming) return;
  stopWaiting();
  if (!element) {
    if (tipped && !tipped.matches(":focus-visible")) later(hideTip, HIDE_MS);
  } else if (element !== tipped) {
    coming = element;
    later(() => showTip(element), tipped ? HIDE_MS : SHOW_MS);
  }
}

/** @param {PointerEvent} event */
function onLeave({ relatedTarget }) {
  if (!relatedTarget) hideTip(); // out of the window
}

/** @param {PointerEvent} event */
function onDown({ target, pointerType, clientX, clientY }) {
  const element = tippedOf(target);
  if (target !== tipBox) hideTip();
  if (pointerType !== "touch" || !element) return;
  pressX = clientX;
  pressY = clientY;
  coming = element;
  later(() => {
    showTip(element);
    later(hideTip, PRESSED_MS);
  }, PRESS_MS);
}

/** @param {PointerEvent} event */
function onMove({ pointerType, clientX, clientY }) {
  if (pointerType === "touch" && coming && Math.hypot(clientX - pressX, clientY - pressY) > MOVED) stopWaiting();
}

/** @param {PointerEvent} event */
function onUp({ pointerType }) {
  if (pointerType === "touch" && coming) stopWaiting();
}

/** @param {{target: EventTarget | null}} event */
function onFocus({ target }) {
  const element = tippedOf(target);
  if (element && target instanceof Element && target.matches(":focus-visible")) showTip(element);
}

/** @param {FocusEvent} event */
function onBlur({ target }) {
  if (tipped && tipped === tippedOf(target) && !tipped.matches(":hover")) hideTip();
}

/** @param {KeyboardEvent} event */
function onKey({ key }) {
  if (key === "Escape") hideTip();
}

function startTips() {
  const passive = { capture: true, passive: true };
  document.addEventListener("pointerover", onOver, passive);
  document.addEventListener("pointerout", onLeave, passive);
  document.addEventListener("pointerdown", onDown, passive);
  document.addEventListener("pointermove", onMove, passive);
  document.addEventListener("pointerup", onUp, passive);
  document.addEventListener("pointercancel", onUp, passive);
  document.addEventListener("focusin", onFocus, passive);
  document.addEventListener("focusout", onBlur, passive);
  document.addEventListener("keydown", onKey, passive);
  document.addEventListener("scroll", () => tipped?.matches(":focus-visible") || hideTip(), passive);
  // Mouse and keyboard may be there already.
  const under = [...document.querySelectorAll(":hover")].pop() ?? null;
  if (matchMedia("(hover: hover)").matches) onOver({ target: under, pointerType: "mouse" });
  onFocus({ target: document.activeElement });
}

// It may come twice: with a template of the page's own, and with a component.
const tipsMark = Symbol.for("justui.tooltip");
if (!(tipsMark in globalThis)) startTips();
Object.assign(globalThis, { [tipsMark]: true });
