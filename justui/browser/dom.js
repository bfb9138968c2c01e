// What Python does with elements of the page's own HTML: finds, makes, fills and hears them. And what it must not write: the
// nodes of components. Runs no statements.

import { reportRefusal } from "./calls.js";
import { matchesEntry, parseSpec, trigger } from "./events.js";
import { hydrate, idOf, isOurs } from "./nodes.js";
import { setAttributes } from "./patch.js";
import { link } from "./socket.js";

/** What changes an element, its classes or its style, of their methods. */
const CHANGING =
  /^((append|prepend|insert|replace|remove|set|toggle|move|write)(?!EventListener|PointerCapture|Selection|CustomValidity|Popover)|(add|before|after|normalize|attachShadow)$)/;
/** Properties that no component has: what a script may do with an element of any owner. */
const FREE = /^(scroll|selection|current|playback|volume|muted|srcObject|indeterminate|returnValue|on)/;

const BELONGING = [CSSStyleDeclaration, DOMTokenList, DOMStringMap, NamedNodeMap];

/**
 * The component that has this node; 0 for a node of nobody's, or in HTML that a component took as it was.
 * @param {Node} node
 */
export function ownerOf(node) {
  for (let here = /** @type {Node | null} */ (node); here; here = here.parentNode) {
    if (idOf(here)) return idOf(here);
    if (here instanceof Element && !isOurs(here)) return 0;
    if (here.parentElement?.hasAttribute("data-raw")) return 0;
  }
  return 0;
}

/**
 * Refuse to write where a component stands: its next update would undo it, or fail.
 * @param {Node | undefined} node the nearest one on the way to `target`
 * @param {unknown} target what is written to: the node, or its classes, style, …
 * @param {string | number} name of the property or method
 * @param {"set" | "call"} how
 * @throws {Error} that Python makes a sentence of
 */
export function checkWrite(node, target, name, how) {
  if (!node || (target !== node && !BELONGING.some((kind) => target instanceof kind))) return;
  const changes = how === "call"
    ? CHANGING.test(String(name))
    : target !== node || (name in node && !FREE.test(String(name)));
  const id = changes && ownerOf(node);
  if (id) throw Object.assign(new Error(`${id} ${name}`), { name: "Owned" });
}

/**
 * @param {Element} parent
 * @param {string} tag
 * @param {import("./wire.js").Attributes} attributes
 * @param {string | null} text
 * @param {Node | null} next
 */
function makeElement(parent, tag, attributes, text, next) {
  checkWrite(parent, parent, "append", "call");
  const space = parent.namespaceURI;
  const element = space?.endsWith("svg") ? document.createElementNS(space, tag) : document.createElement(tag);
  setAttributes(element, attributes);
  if (text !== null) element.textContent = text;
  // What Python made goes when the page is fetched anew: Python makes it again.
  hydrate(element);
  parent.insertBefore(element, next);
  return element;
}

/**
 * @param {Element} element
 * @param {string} html
 */
function fillElement(element, html) {
  checkWrite(element, element, "innerHTML", "set");
  element.innerHTML = html;
  element.childNodes.forEach(hydrate);
}

/** Ends the listeners of a server that has gone. */
let hearing = new AbortController();

/** @type {WeakMap<Element, number>} how many listeners an element has had */
const counts = new WeakMap();

/**
 * @param {Element} element
 * @param {string} spec one entry of a `data-e`
 * @param {Function} heard
 */
function listenTo(element, spec, heard) {
  const count = (counts.get(element) ?? 0) + 1;
  counts.set(element, count);
  const [entry] = parseSpec(spec);
  // Each has its own times to wait.
  const own = { ...entry, name: `${entry.name} ${count}` };
  element.addEventListener(entry.type, (event) => {
    if (!matchesEntry(own, event)) return;
    if (own.prevent) event.preventDefault();
    if (own.stop) event.stopPropagation();
    const values = valuesOf(event);
    trigger(element, own, event, async (data) => {
      try {
        await heard({ ...data, ...values });
      } catch (error) {
        reportRefusal(`${entry.type} of an element`, /** @type {Error} */ (error));
      }
    });
  }, { signal: hearing.signal });
}

/** Listen to the server's life. */
export function startDom() {
  link.watchers.push((change) => {
    if (change !== "gone") return;
    hearing.abort();
    hearing = new AbortController();
  });
}

/** @param {Event} event */
function valuesOf({ type, target }) {
  if (type === "submit" && target instanceof HTMLFormElement) {
    const texts = [...new FormData(target)].filter(([, value]) => typeof value === "string");
    return { values: Object.fromEntries(texts) };
  }
  const { value, checked, localName, type: kind, multiple } = /** @type {any} */ (target);
  if (!/^(input|select|textarea|button)$/.test(localName)) return {};
  if (multiple && localName === "select") {
    return { value: Array.from(/** @type {HTMLSelectElement} */ (target).selectedOptions, (option) => option.value) };
  }
  return { value: /^(checkbox|radio)$/.test(kind) ? checked : value };
}

/**
 * Steps of statements, by their names: what each does with a value, and gives.
 * @type {{[name: string]: (value: any, ...given: any[]) => any}}
 */
export const domSteps = { e: makeElement, w: fillElement, l: listenTo };
