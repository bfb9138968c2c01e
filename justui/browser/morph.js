// Makes the live page what another tree is, in place: after a fresh state, and after a fetch from a new server.
// Nodes stay where they can; foreign ones are left alone. What a person typed survives (law 8).

import { hydrate, idOf, isOurs, nodesOf, placeAgain, rawHtml, takeLabel } from "./nodes.js";
import { rememberFocus, restoreFocus } from "./focus.js";
import { applyValue, fieldKind, isTouched, knownValue, readValue, restartFields, showAgain } from "./fields.js";
import { listenWithin } from "./events.js";
import { endMotions } from "./motion.js";
import { buildNode, moveNode, operations, setAttributes } from "./patch.js";
import { changeHead, changePage, changeSheet } from "./head.js";

/** @typedef {import("./wire.js").NodeJson} NodeJson */
/** @typedef {import("./wire.js").Value} Value */
/** @typedef {import("./fields.js").FieldElement} FieldElement */

/** Elements whose inside is not compared. */
const OPAQUE = /^(script|noscript|template|iframe)$/i;

operations.s = morphState;

/**
 * The same page in its present state: components keep their ids.
 * @param {{page?: import("./head.js").PageChanges, sheet?: string, body?: NodeJson | NodeJson[]}} state `body`: a list, or
 *   nothing, where the HTML is the user's own: its components, each in its places
 */
function morphState({ page, sheet, body = [] }) {
  if (page) changePage(page);
  if (sheet !== undefined) changeSheet(sheet);
  for (const json of [body].flat()) {
    const places = json === body ? [document.body] : nodesOf(json.j);
    for (const node of places) morphTree(/** @type {ChildNode} */ (node), buildNode(json, null, false), true);
    applyValues(json);
  }
}

/** @param {NodeJson} json */
function applyValues({ j, a, v, c = [] }) {
  c.forEach(applyValues);
  if (v === undefined) return;
  // A state is made for all tabs: it does not know what is private to this one.
  if (a && "data-private" in a) showAgain(j);
  else applyValue(j, v);
}

/**
 * The page as a server renders it that does not know this tab: components have new ids.
 * @param {Document} fresh
 */
export function morphDocument(fresh) {
  const focused = rememberFocus();
  const before = traceFields();
  /** @type {[Trace, {value: Value, known: Value}][]} */
  const typed = [];
  for (const [element, trace] of before) {
    if (isTouched(element) && element.type !== "password") {
      typed.push([trace, { value: readValue(element), known: knownValue(element) }]);
    }
  }
  changeHead(fresh);
  hydrate(fresh.body);
  morphTree(document.body, fresh.body, false);
  const find = fieldFinder();
  /** @type {Map<FieldElement, {value: Value, known: Value}>} */
  const kept = new Map();
  for (const [trace, text] of typed) {
    const element = find(trace);
    if (element) kept.set(element, text);
  }
  restartFields(kept);
  const trace = before.get(/** @type {FieldElement} */ (focused?.node));
  restoreFocus(focused, trace && fieldFinder()(trace));
}

/**
 * @param {ChildNode} live
 * @param {Node} fresh
 * @param {boolean} byId whether the ids of components mean the same in both
 */
function morphTree(live, fresh, byId) {
  const { scrollX, scrollY } = globalThis;
  endMotions();
  // One is not shown, the other is.
  if (live.nodeName === fresh.nodeName) morphNode(live, fresh, byId);
  else live.replaceWith(fresh);
  placeAgain(document.body);
  listenWithin(document.body);
  if (scrollX !== globalThis.scrollX || scrollY !== globalThis.scrollY) scrollTo(scrollX, scrollY);
}

/**
 * @param {Node} live
 * @param {Node} fresh of the same kind
 * @param {boolean} byId
 */
function morphNode(live, fresh, byId) {
  takeLabel(live, fresh);
  if (!(live instanceof Element && fresh instanceof Element)) {
    if (live.nodeValue !== fresh.nodeValue) live.nodeValue = fresh.nodeValue;
    return;
  }
  morphAttributes(live, fresh, byId);
  if (OPAQUE.test(live.localName) || (byId && live.localName === "textarea")) return;
  const html = rawHtml.get(fresh);
  if (html === undefined) {
    // What raw HTML left is nobody's.
    if (rawHtml.delete(live)) live.textContent = "";
    return morphChildren(live, fresh, byId);
  }
  // Not compared with what is there now: a script may have made something of it.
  if (parsed(rawHtml.get(live)) !== parsed(html)) live.innerHTML = html;
  rawHtml.set(live, html);
}

/** @param {string | undefined} html */
function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html ?? "";
  return holder.innerHTML + (html === undefined);
}

/**
 * @param {Element} live
 * @param {Element} fresh
 * @param {boolean} byId
 */
function morphAttributes(live, fresh, byId) {
  // The values of fields are a matter of their own.
  const skipped = byId && (fieldKind(live) || live.localName === "option")
    ? /^(nonce|value|checked|selected)$/
    : /^nonce$/;
  for (const { name, value } of fresh.attributes) {
    if (!skipped.test(name) && live.getAttribute(name) !== value) setAttributes(live, { [name]: value });
  }
  for (const { name } of [...live.attributes]) {
    if (fresh.hasAttribute(name) || skipped.test(name)) continue;
    // Extensions mark the body; people open what can be opened.
    if (live === document.body ? /^(class|style|data-e)$/.test(name) : name !== "open") live.removeAttribute(name);
  }
}

/**
 * @param {Element} live
 * @param {Element} fresh
 * @param {boolean} byId
 */
function morphChildren(live, fresh, byId) {
  /** @type {Map<string, ChildNode[]>} */
  const pool = new Map();
  for (const child of live.childNodes) {
    if (!isOurs(child)) continue;
    const key = matchKey(child, byId);
    const equals = pool.get(key);
    if (equals) equals.push(child);
    else pool.set(key, [child]);
  }
  const pairs = Array.from(fresh.childNodes, (child) => ({ child, match: pool.get(matchKey(child, byId))?.shift() }));
  for (const rest of pool.values()) for (const node of rest) node.remove();
  const matched = new Set(pairs.map(({ match }) => match));
  let next = live.firstChild;
  for (const { child, match } of pairs) {
    while (next && !matched.has(next)) next = next.nextSibling;
    if (!match) {
      live.insertBefore(child, next);
      continue;
    }
    if (match === next) next = next.nextSibling;
    else moveNode(live, match, next);
    morphNode(match, child, byId);
  }
}

/**
 * What a live and a fresh node must have in common to be the same.
 * @param {Node} node
 * @param {boolean} byId
 */
function matchKey(node, byId) {
  if (byId && idOf(node)) return `${node.nodeName} ${idOf(node)}`;
  if (!(node instanceof Element)) return node.nodeName;
  return ["", "id", "name", "type"].map((name) => name ? node.getAttribute(name) : node.nodeName).join("\n");
}

/** @typedef {{named: string, identified: string, placed: string}} Trace by what a field is found again; "": not by this */

/** @returns {Map<FieldElement, Trace>} */
function traceFields() {
  /** @type {Map<FieldElement, Trace>} */
  const traces = new Map();
  /** @type {Map<string, number>} */
  const counts = new Map();
  const counted = (/** @type {string} */ key) => {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return `${key}\n${count}`;
  };
  for (const node of document.querySelectorAll("input,select,textarea")) {
    if (!idOf(node) || !fieldKind(node)) continue;
    const element = /** @type {FieldElement} */ (node);
    const { name, id, type, className } = element;
    const kind = [element.localName, type, fieldKind(element) === "check" ? element.value : ""].join("\n");
    const labels = Array.from(element.labels ?? [], (label) => label.textContent?.trim());
    const look = [...labels, element.getAttribute("aria-label"), element.getAttribute("placeholder"), className];
    traces.set(element, {
      named: name && counted(`${kind}\nname ${name}`),
      identified: id && counted(`${kind}\nid ${id}`),
      placed: name ? "" : [kind, placeOf(element), ...look].join("\n"),
    });
  }
  return traces;
}

/** @returns {(trace: Trace) => FieldElement | undefined} finds the field that stands for a former one */
function fieldFinder() {
  /** @type {Map<string, FieldElement>} */
  const index = new Map();
  for (const [element, trace] of traceFields()) {
    for (const key of Object.values(trace)) if (key) index.set(key, element);
  }
  return ({ named, identified, placed }) => index.get(named) ?? index.get(identified) ?? index.get(placed);
}

/**
 * @param {Element} element
 * @returns {string} the way to it from the body, as far as it is ours
 */
function placeOf(element) {
  let place = "";
  for (let node = /** @type {Element | null} */ (element); node && node !== document.body; node = node.parentElement) {
    let index = 0;
    for (let other = node.previousElementSibling; other; other = other.previousElementSibling) {
      if (isOurs(other)) index++;
    }
    place = `${index}/${place}`;
  }
  return place;
}
