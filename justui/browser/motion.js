// Movement: animations that play again, and transitions by which elements come and go.
// An element that leaves is no component any more: it only looks like one until its transition has ended.

import { idOf } from "./nodes.js";

/**
 * id: the component's; leaving: whether the element goes away; before: what moved it already.
 * @typedef {{element: Element, phase: number, id: number, leaving: boolean, base: string | null, before: Animation[],
 *   timer: number}} Motion
 */

/** Where the classes of a phase stand in a `data-transition`: those during it, at its start, at its end. */
const ENTER = 0;
const LEAVE = 3;
const LOAD = 6;
/** Milliseconds after which a transition is over even where the browser draws no frames. */
const GRACE = 200;

/** @type {Motion[]} what begins when the frame has been applied */
let beginning = [];
/** @type {Set<Element>} what plays again then */
const replaying = new Set();
/** @type {Map<Element, Motion>} */
const moving = new Map();

/**
 * Play an element's animation from its beginning, when the frame has been applied.
 * @param {Node | null} node
 */
export function replay(node) {
  if (node instanceof Element && node.hasAttribute("data-animation")) replaying.add(node);
}

/** @param {Map<Element, Animation[]>} now */
function replayAll(now) {
  for (const [element, animations] of now) {
    if (!replaying.has(element)) continue;
    for (const animation of animations) {
      if (!(animation instanceof CSSAnimation)) continue;
      animation.cancel();
      animation.play();
    }
  }
  replaying.clear();
}

/**
 * A new element stands in its place.
 * @template {Node} T
 * @param {T} node
 * @param {number} [phase]
 * @returns {T}
 */
export function arrive(node, phase = ENTER) {
  if (classesOf(node, phase)) begin(/** @type {any} */ (node), phase);
  return node;
}

/** The page has come. */
export function arriveAll() {
  for (const element of document.querySelectorAll("[data-transition]")) arrive(element, LOAD);
  settleMotion();
}

/**
 * A component's node is to go.
 * @param {Node} node
 * @returns {boolean} whether it stays until its transition has ended, and goes by itself then
 */
export function depart(node) {
  if (!classesOf(node, LEAVE) || isStill()) return false;
  const element = /** @type {HTMLElement} */ (node);
  begin(element, LEAVE);
  // Neither forms nor queries shall find it twice when it comes back. Drawings need the names of their parts.
  for (const part of [element, ...element.querySelectorAll("[data-j],[name],[id]")]) {
    for (const name of ["name", "data-j", "data-e"]) part.removeAttribute(name);
    if (!part.parentElement?.closest("svg")) part.removeAttribute("id");
  }
  element.setAttribute("data-leaving", "");
  element.setAttribute("aria-hidden", "true");
  element.inert = true;
  return true;
}

/**
 * @param {Element} element
 * @param {number} phase
 */
function begin(element, phase) {
  const leaving = phase === LEAVE;
  beginning.push({ element, phase, id: idOf(element), leaving, base: null, before: [], timer: 0 });
}

/** Begin what the operations of a frame have asked for, all at once. */
export function settleMotion() {
  if (!beginning.length) return replaying.size ? replayAll(animationsNow()) : undefined;
  const all = beginning;
  beginning = [];
  const came = new Set(all.filter(({ leaving }) => !leaving).map(({ id }) => id));
  const went = new Set(all.filter(({ leaving }) => leaving).map(({ id }) => id));
  // What is put back while it leaves takes its own place.
  for (const motion of moving.values()) if (motion.leaving && came.has(motion.id)) endMotion(motion.element);
  const begun = all.filter((motion) => {
    // What went and came in one frame has only been moved.
    const stays = went.has(motion.id) && came.has(motion.id);
    if (motion.leaving && stays) motion.element.remove();
    return !stays && motion.element.isConnected && !isStill();
  });
  const start = (/** @type {Motion} */ motion) => {
    const { element } = motion;
    restoreClasses(moving.get(element));
    moving.set(element, motion);
    motion.base = element.getAttribute("class");
    setClasses(motion, 1);
  };
  // What comes must not be seen before it is at its start.
  for (const motion of begun) if (!motion.leaving) start(motion);
  const before = animationsNow();
  replayAll(before);
  for (const motion of begun) {
    if (!motion.leaving) continue;
    motion.before = before.get(motion.element) ?? [];
    start(motion);
  }
  // The browser has to see the start before the end.
  animationsNow();
  for (const motion of begun) setClasses(motion, 2);
  const now = animationsNow();
  for (const motion of begun) awaitEnd(motion, now.get(motion.element) ?? []);
}

/**
 * What moves which element. All at once: asking each of a thousand elements takes ten seconds.
 * @returns {Map<Element, Animation[]>}
 */
function animationsNow() {
  const found = new Map();
  for (const animation of document.getAnimations()) {
    const { target, pseudoElement } = /** @type {KeyframeEffect} */ (animation.effect);
    if (!pseudoElement) found.set(target, [...found.get(target) ?? [], animation]);
  }
  return found;
}

/**
 * @param {Motion} motion
 * @param {Animation[]} now what moves its element
 */
function awaitEnd({ element, before }, now) {
  const animations = now.filter((animation) => {
    return !before.includes(animation) && Number(animation.effect?.getComputedTiming().endTime) < Infinity;
  });
  const motion = moving.get(element);
  const end = () => moving.get(element) === motion && endMotion(element);
  if (!motion || !animations.length) return end();
  const longest = Math.max(...animations.map((animation) => Number(animation.effect?.getComputedTiming().endTime)));
  motion.timer = setTimeout(end, longest + GRACE);
  // Those who listen to the end of a transition are told before.
  Promise.allSettled(animations.map((animation) => animation.finished)).then(() => setTimeout(end));
}

/**
 * End what moves an element, at once.
 * @param {Element} element
 */
export function endMotion(element) {
  const motion = moving.get(element);
  if (!motion) return;
  if (motion.leaving) element.remove();
  else restoreClasses(motion);
  clearTimeout(motion.timer);
  moving.delete(element);
}

/** End all that moves: the page is about to be compared with what it should be. */
export function endMotions() {
  for (const { element, leaving } of beginning) if (leaving) element.remove();
  beginning = [];
  for (const element of moving.keys()) endMotion(element);
}

/** @param {Motion | undefined} motion */
function restoreClasses(motion) {
  if (motion && motion.base !== null) motion.element.setAttribute("class", motion.base);
  else motion?.element.removeAttribute("class");
}

/**
 * @param {Motion} motion
 * @param {number} moment 1 the start, 2 the end
 */
function setClasses({ element, phase, base }, moment) {
  const phases = transitionOf(element);
  // What has been seen already shall not move to its start.
  const during = phase + moment === LOAD + 1 ? "" : phases[phase];
  element.setAttribute("class", [base, during, phases[phase + moment]].filter(Boolean).join(" "));
}

/**
 * @param {Node} node
 * @param {number} phase
 * @returns {string} the classes of the phase; "": it has no transition then
 */
function classesOf(node, phase) {
  return node instanceof Element && node.hasAttribute("data-transition") && !/^opt/.test(node.localName)
    ? transitionOf(node).slice(phase, phase + 3).join("")
    : "";
}

/** @param {Element} element */
function transitionOf(element) {
  return (element.getAttribute("data-transition") ?? "").split("|");
}

/** Whether nothing shall move. */
function isStill() {
  return document.hidden || matchMedia("(prefers-reduced-motion: reduce)").matches;
}
