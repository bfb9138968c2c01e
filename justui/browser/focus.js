// Keeps focus, selection and the scrolling of a box over a change of the DOM. Changes no values.

import { elementsOf, idOf, newestId } from "./nodes.js";

/** While focus is put back, its events are nobody's. */
export const focusState = { restoring: false };

/**
 * @typedef {{node: HTMLElement, id: number, start: number | null, end: number | null,
 *   direction: "forward" | "backward" | "none" | null, top: number, left: number, way: number[], newest: number}} FocusMemory
 */

/** @returns {FocusMemory | undefined} what has the focus now */
export function rememberFocus() {
  const node = document.activeElement;
  if (!(node instanceof HTMLElement) || node === document.body) return;
  const { selectionStart: start = null, selectionEnd: end = null, selectionDirection: direction = null } =
    /** @type {HTMLInputElement} */ (node);
  const { scrollTop: top, scrollLeft: left } = node;
  return { node, id: idOf(node), start, end, direction, top, left, way: wayTo(node), newest: newestId() };
}

/**
 * @param {Element} node
 * @returns {number[]} the way to it from the body
 */
function wayTo(node) {
  const way = [];
  for (let step = node; step.parentElement && step !== document.body; step = step.parentElement) {
    way.unshift(Array.prototype.indexOf.call(step.parentElement.children, step));
  }
  return way;
}

/**
 * The element that the change has made anew in the very place of the one that had the focus: programs make lists again.
 * @param {FocusMemory} memory
 * @returns {Element | undefined}
 */
function successor({ node, way, newest }) {
  const found = way.reduce((step, index) => step?.children[index], /** @type {Element | undefined} */ (document.body));
  if (!found || idOf(found) <= newest || found.localName !== node.localName) return;
  return ["type", "name"].some((name) => found.getAttribute(name) !== node.getAttribute(name)) ? undefined : found;
}

/**
 * Give the focus back when the change has taken it away: to the node, else to one that stands for it.
 * @param {FocusMemory | undefined} memory
 * @param {Element} [other] the one that stands for it; else the component's first element
 */
export function restoreFocus(memory, other) {
  const active = document.activeElement;
  if (!memory || (active && active !== document.body)) return;
  const node = memory.node.isConnected ? memory.node : other ?? elementsOf(memory.id)[0] ?? successor(memory);
  if (!(node instanceof HTMLElement)) return;
  focusState.restoring = true;
  node.focus({ preventScroll: true });
  focusState.restoring = false;
  select(/** @type {HTMLInputElement} */ (node), memory.start, memory.end, memory);
}

/**
 * Change the value of a field; caret, selection and scrolling move as the text does.
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {string} value
 * @param {(before: string, after: string, position: number) => number} move
 */
export function replaceText(field, value, move) {
  const before = field.value;
  if (before === value) return;
  const memory = document.activeElement === field ? rememberFocus() : undefined;
  field.value = value;
  if (!memory || memory.start === null || memory.end === null) return;
  const after = field.value;
  select(field, move(before, after, memory.start), move(before, after, memory.end), memory);
}

/**
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {number | null} start
 * @param {number | null} end
 * @param {FocusMemory} memory
 */
function select(field, start, end, memory) {
  if (start !== null) field.setSelectionRange(start, end, memory.direction ?? undefined);
  field.scrollTop = memory.top;
  field.scrollLeft = memory.left;
}
