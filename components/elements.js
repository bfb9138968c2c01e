// Elements that a page's own HTML declares: `<ui-template name="x-card">`, and `<svg-favicon>`. `$name` in them is filled from
// the attributes of each use, as text; it never becomes HTML or code. The server has put what stands in them into a
// `<template>`, so that it is nothing before it is used.

/** @typedef {(name: string) => string | null} Values what stands for a `$name`; null: nothing was said */
/**
 * What is filled in again when an attribute changes; `places`: where nodes of the inside go.
 * @typedef {{update: (() => void)[], places: [name: string, place: Text][]}} Bindings
 */

const NAMES = /\$(?:(\$)|(#?[A-Za-z][\w-]*))/g;
const ALONE = /^\$([A-Za-z][\w-]*)$/;
const CODE = /^(on.*|srcdoc)$/i;
const ADDRESS = /^(href|src|action|formaction|data|poster|cite|background|ping|manifest|xlink:href)$/i;
const SAFE = /^(https?|mailto|tel|sms|blob):$/;
const PICTURE = /^data:image\/(png|jpeg|gif|webp|avif);/i;
const IN_STYLE = /[;{}\\]|url\(|image-set\(/i;
const INNER = "innerHTML";
const DEEPEST = 30;
/** @type {WeakSet<Node>} */
const declared = new WeakSet();

/**
 * A text with its values.
 * @param {string} text
 * @param {Values} values
 */
function filled(text, values) {
  return text.replace(NAMES, (_, dollar, name) => dollar ?? values(name) ?? "");
}

/**
 * Put values into the attributes and texts of a tree, and note what depends on them.
 * @param {Node} root
 * @param {Values} values
 * @returns {Bindings}
 */
function bind(root, values) {
  /** @type {Bindings} */
  const bindings = { update: [], places: [] };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) {
    if (node instanceof Text) bindText(node, values, bindings);
    else bindAttributes(/** @type {Element} */ (node), values, bindings);
  }
  for (const update of bindings.update) update();
  return bindings;
}

/**
 * @param {Text} node
 * @param {Values} values
 * @param {Bindings} bindings
 */
function bindText(node, values, bindings) {
  if (!node.data.includes("$") || /^(script|style)$/.test(node.parentElement?.localName ?? "")) return;
  const parts = node.data.split(/(\$innerHTML\b|\$#[A-Za-z][\w-]*)/);
  for (const [number, part] of parts.entries()) {
    const text = new Text(number % 2 ? "" : part);
    node.before(text);
    if (number % 2) bindings.places.push([part.slice(1), text]);
    else if (part.includes("$")) bindings.update.push(() => setText(text, filled(part, values)));
  }
  node.remove();
}

/**
 * @param {Text} node
 * @param {string} text
 */
function setText(node, text) {
  if (node.data !== text) node.data = text;
}

/**
 * @param {Element} element
 * @param {Values} values
 * @param {Bindings} bindings
 */
function bindAttributes(element, values, bindings) {
  for (const { name, value: source } of [...element.attributes]) {
    if (!source.includes("$") || /^on/i.test(name)) continue; // a handler is code: what it wants it asks for
    if (CODE.test(name)) element.removeAttribute(name);
    else bindings.update.push(() => setFilled(element, name, source, values));
  }
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} source
 * @param {Values} values
 */
function setFilled(element, name, source, values) {
  const alone = ALONE.exec(source);
  // As `disabled="$disabled"`.
  if (alone && values(alone[1]) === null) return element.removeAttribute(name);
  const own = name === "style"
    ? (/** @type {string} */ key) => IN_STYLE.test(values(key) ?? "") ? "" : values(key)
    : values;
  const text = filled(source, own);
  if (
    /^(src|image)set$/i.test(name) ? /(?:javascript|data):/i.test(text) : ADDRESS.test(name) && !isSafe(element, text)
  ) {
    element.removeAttribute(name);
    return console.warn(`justui: ${name} of <${element.localName}> cannot be ${text.slice(0, 60)}`);
  }
  if (element.getAttribute(name) === text) return;
  element.setAttribute(name, text);
  // What a person may have changed since has a life of its own beside the attribute.
  if (name === "value" && "value" in element && element.value !== text) element.value = text;
}

/**
 * @param {Element} element
 * @param {string} address
 */
function isSafe(element, address) {
  try {
    const { origin, protocol } = new URL(address, document.baseURI);
    if (/^(script|base)$/.test(element.localName)) return false;
    if (/^(iframe|embed|object)$/.test(element.localName)) return origin === location.origin;
    return SAFE.test(protocol) ||
      (PICTURE.test(address) && /^(img|image|source)$/.test(element.localName));
  } catch {
    return false;
  }
}

/** A use of a declared element. */
class DeclaredElement extends HTMLElement {
  /** @type {Element} its declaration; each class has its own */
  static declaration;
  /** @type {string[]} */
  static observedAttributes = [];

  constructor() {
    super();
    /** @type {Bindings | undefined} */
    this.bindings = undefined;
    /** @type {ChildNode[]} what was made of the declaration */
    this.made = [];
    this.observer = new MutationObserver((records) => this.takeAdded(records));
  }

  connectedCallback() {
    if (!this.bindings && depthOf(this) < DEEPEST) this.render([...this.childNodes]);
  }

  attributeChangedCallback() {
    for (const update of this.bindings?.update ?? []) update();
  }

  /**
   * @param {string} name
   * @returns {string | null}
   */
  valueFor(name) {
    const { declaration } = /** @type {typeof DeclaredElement} */ (this.constructor);
    if (name === INNER) return this.inside?.textContent ?? "";
    // What names the element is no default of its.
    const naming = declaration.hasAttribute("type") ? "type" : "name";
    return this.getAttribute(name) ?? (name.toLowerCase() === naming ? null : declaration.getAttribute(name));
  }

  /** @param {ChildNode[]} inside what stands in the use */
  render(inside) {
    const { declaration } = /** @type {typeof DeclaredElement} */ (this.constructor);
    this.observer.disconnect();
    this.inside = document.createDocumentFragment();
    this.inside.append(...inside);
    const content = document.importNode(contentOf(declaration), true);
    this.bindings = bind(content, (name) => this.valueFor(name));
    this.fill(this.inside, this.bindings.places);
    this.made = [...content.childNodes];
    this.replaceChildren(content);
    this.observer.observe(this, { childList: true });
  }

  /**
   * Put nodes of the inside where they belong: the nodes themselves where they are wanted once.
   * @param {DocumentFragment} inside
   * @param {Bindings["places"]} places
   */
  fill(inside, places) {
    const names = new Set(places.map(([name]) => name === INNER));
    const seen = new Set();
    const found = places.map(([name]) =>
      name === INNER ? inside : inside.querySelector(`[subid="${CSS.escape(name.slice(1))}"]`)
    );
    const copies = found.map((node, number) => {
      const first = names.size === 1 && !seen.has(places[number][0]);
      seen.add(places[number][0]);
      // Copied before anything is moved.
      return first ? undefined : node?.cloneNode(true);
    });
    for (const [number, [, place]] of places.entries()) {
      const node = copies[number] ?? found[number];
      if (node) place.replaceWith(node);
    }
  }

  /**
   * Something else was put in: the page was renewed, or a program has made the element first and its inside then.
   * @param {MutationRecord[]} records
   */
  takeAdded(records) {
    const added = records.flatMap(({ addedNodes }) => [...addedNodes]).filter((node) => node.parentNode === this);
    const fresh =
      /** @type {ChildNode[]} */ ([...new Set(added)].filter((node) => !this.made.includes(/** @type {any} */ (node))));
    if (fresh.length) this.render(fresh);
  }
}

/**
 * @param {Element} element
 * @returns {number} how many declared elements stand around it
 */
function depthOf(element) {
  let depth = 0;
  for (let above = element.parentElement; above; above = above.parentElement) {
    depth += Number(above instanceof DeclaredElement);
  }
  return depth;
}

/**
 * @param {Element} declaration
 * @returns {DocumentFragment}
 */
function contentOf(declaration) {
  const holder = declaration.querySelector("template");
  return holder ? holder.content : document.createDocumentFragment();
}

/** @param {Element} declaration */
function declare(declaration) {
  if (declared.has(declaration)) return;
  declared.add(declaration);
  const name = declaration.getAttribute("type") ?? declaration.getAttribute("name") ?? "";
  if (customElements.get(name)) return;
  const holder = document.createElement("div");
  holder.append(contentOf(declaration).cloneNode(true));
  const wanted = [...holder.innerHTML.matchAll(NAMES)].map((found) => (found[2] ?? "").toLowerCase());
  try {
    class OwnElement extends DeclaredElement {}
    OwnElement.declaration = declaration;
    OwnElement.observedAttributes = [...new Set(wanted)];
    customElements.define(name, OwnElement);
  } catch {
    console.error(`justui: <ui-template name="${name}"> wants a name with a hyphen, such as x-card`);
  }
}

/** `<svg-favicon color="blue">`: the drawing in it, with its values, is the icon of the tab. */
class FaviconElement extends HTMLElement {
  constructor() {
    super();
    this.observer = new MutationObserver(() => this.show());
  }

  connectedCallback() {
    this.hidden = true;
    this.observer.observe(this, { attributes: true });
    // The icon goes when the page is renewed.
    this.observer.observe(document.head, { childList: true });
    this.show();
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  show() {
    const content = document.importNode(contentOf(this), true);
    const drawing = content.querySelector("svg");
    if (!drawing) return;
    bind(content, (name) => this.getAttribute(name));
    const address = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
    let icon = document.querySelector("link[rel~=icon]");
    if (!icon) {
      icon = document.createElement("link");
      icon.setAttribute("rel", "icon");
      document.head.append(icon);
    }
    if (icon.getAttribute("href") !== address) icon.setAttribute("href", address);
  }
}

function startElements() {
  const declareAll = () => document.querySelectorAll("ui-template").forEach(declare);
  declareAll();
  if (!customElements.get("svg-favicon")) customElements.define("svg-favicon", FaviconElement);
  // A page that is renewed, or shown within this one, may declare more.
  new MutationObserver(declareAll).observe(document.documentElement, { childList: true, subtree: true });
}

startElements();
