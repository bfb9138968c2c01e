// Operations to DOM: every change that the server makes to the page goes through here.
// An operation for a node that is not there is ignored. Knows no socket.

import { childOf, elementsOf, idOf, labelNode, leadingText, nodesOf, placeNode, rawHtml, unplace } from "./nodes.js";
import { rememberFocus, restoreFocus } from "./focus.js";
import { acknowledgeFields, applyValue, showAgain, startValue } from "./fields.js";
import { listenFor } from "./events.js";
import { arrive, depart, endMotion, replay, settleMotion } from "./motion.js";
import { outgoing } from "./outgoing.js";
import { METHODS } from "./wire.js";
import { addLines, changePage } from "./head.js";
import { noteScrollers, stickToEnd } from "./stick.js";

/** @typedef {import("./wire.js").NodeJson} NodeJson */
/** @typedef {import("./wire.js").Value} Value */

const SVG = "http://www.w3.org/2000/svg";
const XLINK = "http://www.w3.org/1999/xlink";
/** So often a script is asked for that cannot be loaded. */
const LOADS = 3;

/** @type {[id: number, value: Value, shared: boolean][]} values for fields of which this tab has its own idea */
let waitingValues = [];
/** @type {import("./focus.js").FocusMemory | undefined} */
let focusBefore;

/**
 * What each operation does. Further modules add theirs.
 * @type {{[name: string]: (...values: any[]) => void}}
 */
export const operations = {
  t: changeText,
  a: changeAttributes,
  v: applyValue,
  w: changeHtml,
  i: insertNodes,
  m: moveNodes,
  r: removeNodes,
  n: showNode,
  h: hideNode,
  p: changePage,
  y: addLines,
  k: storeEvents,
  d: callMethod,
};

/**
 * Of the frame that is being applied: the bytes of values in it. And what comes with a script of its own: the operations, how
 * that script is loaded, and the frames that wait for it.
 */
export const delivery = {
  /** @type {Uint8Array[]} */
  blobs: [],
  late: "bcfgjlqu",
  /** @type {(tries: number) => Promise<unknown>} */
  load: () => Promise.resolve(),
  /** @type {[import("./wire.js").OperationJson[], Uint8Array[]][] | undefined} */
  waiting: undefined,
};

async function loadLate() {
  for (let tries = 1;; tries++) {
    try {
      await delivery.load(tries);
      break;
    } catch (error) {
      console.error("justui:", error);
      if (tries === LOADS) {
        delivery.late = "";
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, tries * 1000));
    }
  }
  const { waiting = [] } = delivery;
  delivery.waiting = undefined;
  for (const [frame, blobs] of waiting) applyFrame(frame, blobs);
}

/**
 * Apply the operations of a frame, in order. One that fails does not keep the next from being done.
 * @param {import("./wire.js").OperationJson[]} frame
 * @param {Uint8Array[]} [blobs]
 */
export function applyFrame(frame, blobs = []) {
  if (!delivery.waiting && frame.some(([name]) => !operations[name] && delivery.late.includes(name))) {
    delivery.waiting = [];
    loadLate();
  }
  if (delivery.waiting) {
    delivery.waiting.push([frame, blobs]);
    return;
  }
  delivery.blobs = blobs;
  focusBefore = rememberFocus();
  noteScrollers();
  for (const [name, ...values] of frame) {
    try {
      operations[name]?.(...values);
    } catch (error) {
      console.error("justui:", name, values, error);
    }
  }
  settleMotion();
  restoreFocus(focusBefore);
  stickToEnd();
}

/**
 * Make the node of a component, with all that is in it, and note its place.
 * @param {NodeJson} json
 * @param {string | null} [namespace] of the parent's children
 * @param {boolean} [placing] whether to note places; else nodes are only labelled
 * @returns {Node}
 */
export function buildNode(json, namespace = null, placing = true) {
  const { j, t, n, a, x, w, v, c } = json;
  const note = placing ? placeNode : labelNode;
  if (!t) {
    const node = json.h ? new Comment(`h${j}`) : new Text(x);
    note(node, j);
    return node;
  }
  const space = n || t === "svg" ? SVG : namespace;
  const element = space ? document.createElementNS(space, t) : document.createElement(t);
  note(element, j);
  element.setAttribute("data-j", String(j));
  if (a) setAttributes(element, a);
  if (x) element.textContent = x;
  if (w !== undefined) setHtml(element, w);
  if (c) {
    const inner = t === "foreignObject" ? null : space;
    for (const child of c) element.appendChild(buildNode(child, inner, placing));
  }
  if (v !== undefined && startValue(element, j, v) && placing) {
    waitingValues.push([j, v, !element.hasAttribute("data-private")]);
  }
  return element;
}

/** Bring new fields to what this tab has typed for them, now that they stand in their places. */
function applyWaiting() {
  const waiting = waitingValues;
  waitingValues = [];
  for (const [id, value, shared] of waiting) {
    showAgain(id);
    if (shared) applyValue(id, value);
  }
}

/**
 * @param {Element} element
 * @param {import("./wire.js").Attributes} attributes
 */
export function setAttributes(element, attributes) {
  for (const name in attributes) {
    const value = attributes[name];
    if (value === null) element.removeAttribute(name);
    else if (name === "style" && "style" in element) {
      // The policy may forbid the attribute, not this.
      /** @type {HTMLElement} */ (element).style.cssText = String(value);
    } else {
      const text = value === true ? "" : String(value);
      if (name.startsWith("xlink:")) element.setAttributeNS(XLINK, name, text);
      else element.setAttribute(name, text);
      if (name === "data-e") listenFor(text);
    }
  }
}

/**
 * @param {Element} element
 * @param {string} html
 */
function setHtml(element, html) {
  element.setAttribute("data-raw", "");
  rawHtml.set(element, html);
  element.innerHTML = html;
}

/**
 * @param {number} id
 * @param {string} text
 */
function changeText(id, text) {
  for (const node of nodesOf(id)) {
    const holder = node.nodeType === Node.TEXT_NODE ? /** @type {Text} */ (node) : leadingText(node);
    if (node.nodeType === Node.COMMENT_NODE || holder?.data === text) continue;
    if (!holder) /** @type {Element} */ (node).prepend(text);
    else if (text || holder === node) holder.data = text;
    else holder.remove();
    replay(node);
  }
}

/**
 * @param {number} id
 * @param {import("./wire.js").Attributes} attributes
 */
function changeAttributes(id, attributes) {
  for (const element of elementsOf(id)) {
    if ("class" in attributes) endMotion(element);
    setAttributes(element, attributes);
    if ("data-animation" in attributes) replay(element);
  }
}

/**
 * @param {number} id
 * @param {string} html
 */
function changeHtml(id, html) {
  for (const element of elementsOf(id)) {
    for (const child of element.childNodes) unplace(child);
    setHtml(element, html);
  }
}

/**
 * @param {number} parent
 * @param {number} after
 * @param {NodeJson[]} nodes
 */
function insertNodes(parent, after, nodes) {
  for (const element of elementsOf(parent)) {
    const inside = element.namespaceURI === SVG && element.localName !== "foreignObject" ? SVG : null;
    putChildren(element, after, nodes, (json) => childOf(element, json.j) ?? arrive(buildNode(json, inside)));
  }
  applyWaiting();
}

/**
 * @param {number} parent
 * @param {number} after
 * @param {number[]} ids
 */
function moveNodes(parent, after, ids) {
  for (const element of elementsOf(parent)) putChildren(element, after, ids, (id) => childOf(element, id));
}

/**
 * Put children behind a sibling; new ones that follow each other go in together.
 * @template T
 * @param {Element} parent
 * @param {number} after
 * @param {T[]} items
 * @param {(item: T) => Node | undefined} nodeOf
 */
function putChildren(parent, after, items, nodeOf) {
  const sibling = after ? childOf(parent, after) : leadingText(parent);
  if (after && !sibling) return;
  let next = sibling ? sibling.nextSibling : parent.firstChild;
  const fresh = document.createDocumentFragment();
  for (const item of items) {
    const node = nodeOf(item);
    if (!node) continue;
    if (node.parentNode !== parent) {
      fresh.appendChild(node);
      continue;
    }
    parent.insertBefore(fresh, next);
    if (node === next) next = next.nextSibling;
    else moveNode(parent, node, next);
  }
  parent.insertBefore(fresh, next);
  refreshChoice(parent);
}

/**
 * Move a node under its parent, keeping its state where the browser can.
 * @param {Element} parent
 * @param {Node} node
 * @param {Node | null} next
 */
export function moveNode(parent, node, next) {
  if ("moveBefore" in parent && parent.isConnected && node.isConnected) {
    /** @type {any} */ (parent).moveBefore(node, next);
  } else {
    parent.insertBefore(node, next);
  }
}

/**
 * @param {number} parent
 * @param {number[]} ids
 */
function removeNodes(parent, ids) {
  for (const element of elementsOf(parent)) {
    const nodes = ids.map((id) => childOf(element, id)).filter((node) => node !== undefined);
    const going = nodes.filter((node) => !depart(node));
    for (const node of nodes) unplace(node);
    // Emptying at once is much quicker than one by one.
    if (going.length === element.childNodes.length) element.textContent = "";
    else for (const node of going) node.parentNode?.removeChild(node);
    refreshChoice(element);
  }
}

/**
 * When options came or went, choose again.
 * @param {Element} parent
 */
function refreshChoice(parent) {
  if (/^(select|optgroup)$/.test(parent.localName)) showAgain(idOf(parent.closest("select") ?? parent));
}

/**
 * @param {number} id
 * @param {NodeJson} json
 */
function showNode(id, json) {
  for (const node of nodesOf(id)) {
    if (node.nodeType !== Node.COMMENT_NODE) continue;
    const parent = /** @type {Element} */ (node.parentNode);
    unplace(node);
    const inside = parent.namespaceURI === SVG && parent.localName !== "foreignObject" ? SVG : null;
    parent.replaceChild(arrive(buildNode(json, inside)), node);
    refreshChoice(parent);
  }
  applyWaiting();
}

/** @param {number} id */
function hideNode(id) {
  for (const node of nodesOf(id)) {
    if (node.nodeType === Node.COMMENT_NODE) continue;
    const parent = /** @type {Element} */ (node.parentNode);
    const going = !depart(node);
    unplace(node);
    parent.insertBefore(buildNode({ j: id, h: 1 }), node);
    if (going) parent.removeChild(node);
    refreshChoice(parent);
  }
}

/** @param {number} n */
function storeEvents(n) {
  outgoing.acknowledge(n);
  acknowledgeFields(n);
}

/**
 * @param {number} id
 * @param {string} method
 * @param {unknown[]} [values]
 */
function callMethod(id, method, values = []) {
  const name = /** @type {{[name: string]: string}} */ (METHODS)[method];
  restoreFocus(focusBefore);
  const [element] = elementsOf(id);
  if (element && name) /** @type {any} */ (element)[name](...values);
  focusBefore = rememberFocus();
}
