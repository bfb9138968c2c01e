// Keeps scrollers of the class `ui-stick` at their end while more comes, unless the person has scrolled away from it.

/** @type {HTMLCollectionOf<Element> | undefined} a live list, so that asking costs nothing where there is none */
let scrollers;
/** @type {WeakSet<Element>} those that the person has scrolled away from their end */
const scrolledAway = new WeakSet();

/** @param {Element} node */
function notePlace(node) {
  scrolledAway[node.scrollTop + node.clientHeight < node.scrollHeight - 4 ? "add" : "delete"](node);
}

/** Note where the scrollers stand, before more comes: the event of the last scroll may still be on its way. */
export function noteScrollers() {
  for (const node of scrollers ?? []) notePlace(node);
}

/** Bring the scrollers to their end again. */
export function stickToEnd() {
  for (const node of scrollers ?? []) {
    if (!scrolledAway.has(node)) node.scrollTop = node.scrollHeight;
  }
}

/** Begin: what is there stands at its end, also when pictures have come or the window has changed. */
export function startSticking() {
  scrollers = document.getElementsByClassName("ui-stick");
  addEventListener("scroll", ({ target }) => target instanceof Element && notePlace(target), true);
  addEventListener("load", stickToEnd, true);
  addEventListener("resize", stickToEnd);
  stickToEnd();
}
