// The nodes of each component: one id may stand at several places of the page.
// Takes over the first HTML. Knows nothing of values, events or frames.

/** @type {unique symbol} */
const ID = Symbol("justui");

/** @typedef {Node & {[ID]?: number}} Placed */

/** @type {Map<number, Node | Node[]>} one node, or several */
const places = new Map();
/** @type {WeakSet<Node>} nodes of the server's HTML that are no component, as in a template of the user's own */
const known = new WeakSet();
/** @type {WeakMap<Node, string>} the HTML that the server gave for the inside of an element */
export const rawHtml = new WeakMap();
/** @type {{left: (id: number) => void}} told when the last place of a component has gone */
export const placeObserver = { left() {} };

/**
 * The id of the component that a node shows; 0 for a foreign node and for one that was removed.
 * @param {Node} node
 */
export function idOf(node) {
  return /** @type {Placed} */ (node)[ID] ?? 0;
}

/**
 * @param {Node} node
 * @param {number} id
 */
export function labelNode(node, id) {
  /** @type {Placed} */ (node)[ID] = id;
}

/** The highest id of a component so far: the server counts. */
let newest = 0;

/** @returns {number} the highest id that a component of this page has had */
export function newestId() {
  return newest;
}

/**
 * Note that this node shows the component.
 * @param {Node} node
 * @param {number} id
 */
export function placeNode(node, id) {
  newest = Math.max(newest, id);
  /** @type {Placed} */ (node)[ID] = id;
  const others = places.get(id);
  if (!others) places.set(id, node);
  else if (Array.isArray(others)) others.push(node);
  else places.set(id, [others, node]);
}

/**
 * All nodes of a component; a list that stays as it is while the caller changes places.
 * @param {number} id
 * @returns {Node[]}
 */
export function nodesOf(id) {
  const nodes = places.get(id);
  return nodes === undefined ? [] : Array.isArray(nodes) ? nodes.slice() : [nodes];
}

/**
 * All elements of a component.
 * @param {number} id
 */
export function elementsOf(id) {
  return /** @type {Element[]} */ (nodesOf(id).filter((node) => node.nodeType === Node.ELEMENT_NODE));
}

/**
 * The node of component `id` right under `parent`.
 * @param {Node} parent
 * @param {number} id
 * @returns {Node | undefined}
 */
export function childOf(parent, id) {
  const nodes = places.get(id);
  if (!nodes) return;
  if (Array.isArray(nodes)) return nodes.find((node) => node.parentNode === parent);
  return nodes.parentNode === parent ? nodes : undefined;
}

/**
 * Forget a node and all components in it, so that nothing leaks.
 * @param {Node} root
 */
export function unplace(root) {
  const id = idOf(root);
  if (id) {
    /** @type {Placed} */ (root)[ID] = 0;
    const nodes = places.get(id);
    if (nodes === root) {
      places.delete(id);
      placeObserver.left(id);
    } else if (Array.isArray(nodes)) {
      const others = nodes.filter((node) => node !== root);
      places.set(id, others.length > 1 ? others : others[0]);
    }
  }
  for (let child = root.firstChild; child; child = child.nextSibling) {
    // Most nodes are texts without a name of their own.
    if (child.nodeType === Node.ELEMENT_NODE || idOf(child)) unplace(child);
  }
}

/**
 * Forget every place, then note those of a labelled tree.
 * @param {Node} root
 */
export function placeAgain(root) {
  places.clear();
  placeTree(root);
}

/** @param {Node} node */
function placeTree(node) {
  const id = idOf(node);
  if (id) placeNode(node, id);
  for (let child = node.firstChild; child; child = child.nextSibling) placeTree(child);
}

/**
 * The text node that holds an element's own leading text.
 * @param {Node} element
 * @returns {Text | undefined}
 */
export function leadingText(element) {
  const first = element.firstChild;
  return first?.nodeType === Node.TEXT_NODE && !idOf(first) ? /** @type {Text} */ (first) : undefined;
}

/**
 * Whether a node came from the server, and not from an extension or a script of the page.
 * @param {Node} node
 */
export function isOurs(node) {
  return idOf(node) > 0 || known.has(node) || (node.nodeType === Node.TEXT_NODE && !node.previousSibling);
}

/**
 * Let a node show what another one shows.
 * @param {Node} node
 * @param {Node} other
 */
export function takeLabel(node, other) {
  labelNode(node, idOf(other));
  if (!idOf(other)) known.add(node);
}

/**
 * Label the nodes of a tree that the HTML parser made, and undo what it put in by itself.
 * @param {Node} root
 */
export function hydrate(root) {
  const id = root instanceof Element ? Number(root.getAttribute("data-j")) : 0;
  if (id) labelNode(root, id);
  else known.add(root);
  if (root instanceof Element && root.hasAttribute("data-raw")) {
    rawHtml.set(root, root.innerHTML);
    return;
  }
  /** @type {ChildNode | null} */
  let child = root.firstChild;
  while (child) child = child.nodeType === Node.COMMENT_NODE ? hydrateComment(child) : hydrateChild(child, id);
}

/**
 * @param {ChildNode} child
 * @param {number} parent
 * @returns {ChildNode | null} the next one
 */
function hydrateChild(child, parent) {
  if (parent && (child.nodeName === "TBODY" || child.nodeName === "COLGROUP")) {
    const section = /** @type {Element} */ (child);
    if (!section.hasAttribute("data-j")) {
      const next = section.firstChild ?? section.nextSibling;
      section.replaceWith(...section.childNodes);
      return next;
    }
  }
  if (child.nodeType === Node.ELEMENT_NODE) hydrate(child);
  else if (!idOf(child)) known.add(child);
  return child.nextSibling;
}

/**
 * @param {ChildNode} comment
 * @returns {ChildNode | null} the next one
 */
function hydrateComment(comment) {
  const next = comment.nextSibling;
  const [, kind, digits] = /^([th])(\d+)$/.exec(comment.nodeValue ?? "") ?? [];
  if (kind === "h") labelNode(comment, Number(digits));
  else if (!kind) known.add(comment);
  else {
    const text = next?.nodeType === Node.TEXT_NODE ? next : new Text();
    labelNode(text, Number(digits));
    comment.replaceWith(text);
    return text.nextSibling;
  }
  return next;
}
