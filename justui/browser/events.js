// What people do, from the DOM to the outgoing messages: one listener for each type of event, on the window.
// Decides which handlers an event is for, and when it leaves. Changes nothing in the page.

import { idOf, nodesOf } from "./nodes.js";
import { focusState } from "./focus.js";
import { composeField, noteField, surveyFields, takeFields } from "./fields.js";
import { outgoing } from "./outgoing.js";
import { filesOf, sendFiles } from "./files.js";

/**
 * One entry of a `data-e`: its name as the server knows it, the type of the DOM's event, the key it is for,
 * whether it is for events outside of the element; times in milliseconds.
 * @typedef {{name: string, type: string, key: string, outside: boolean, debounce: number, throttle: number,
 *   first: boolean, prevent: boolean, stop: boolean, once: boolean, modifiers: string, properties: string[]}} Entry
 */
/** @typedef {{timer: number, done: boolean, fire?: () => void, entry: Entry, sending?: AbortController}} Timing one entry of one element */

const FOLLOW_UP = 200;
const SPECS_KEPT = 1000;
const MODIFIERS = ["alt", "ctrl", "meta", "shift"];
const ALWAYS = ["input", "change", "submit", "reset", "compositionstart", "compositionend", "focusout"];
/** Events that come many at a time: they do not hurry those that wait. */
const CONTINUOUS = /^(key|mouse|pointer|touch|wheel|scroll|drag|select|focus)/;

/** @type {Map<string, Entry[]>} */
const specs = new Map();
/** @type {Map<string, boolean>} the types listened to, and whether their listener may prevent the default */
const listening = new Map();
/** @type {Set<string>} the types that some element wants from outside */
const outsideTypes = new Set();
/** @type {WeakMap<Element, Map<string, Timing>>} */
const timings = new WeakMap();
/** @type {Set<Timing>} debounced and throttled events that have not left yet, oldest first */
const pending = new Set();
let followUp = 0;

/**
 * The entries of a `data-e`.
 * @param {string} spec
 * @returns {Entry[]}
 */
export function parseSpec(spec) {
  let entries = specs.get(spec);
  if (!entries) {
    entries = spec.split(" ").filter(Boolean).map(parseEntry);
    if (specs.size >= SPECS_KEPT) specs.clear();
    specs.set(spec, entries);
  }
  return entries;
}

/**
 * @param {string} text
 * @returns {Entry}
 */
function parseEntry(text) {
  const [name, list = ""] = text.split(/:(?=[^:]*$)/);
  const options = list.split(";");
  const has = (/** @type {string} */ letter) => options.includes(letter);
  const rest = (/** @type {RegExp} */ form) => options.find((option) => form.test(option))?.replace(form, "$1") ?? "";
  const outside = name.endsWith("__out");
  const whole = outside ? name.slice(0, -5) : name;
  const [, type, key] = /^(key\w+)\.(.+)$/.exec(whole) ?? [whole, whole, ""];
  return {
    name,
    type,
    key: key.toLowerCase(),
    outside,
    debounce: Number(rest(/^d(\d+)$/)),
    throttle: Number(rest(/^t(\d+)$/)),
    first: has("i"),
    prevent: has("p"),
    stop: has("s"),
    once: has("o"),
    modifiers: rest(/^m=(.*)$/).split("+").sort().join("+"),
    properties: rest(/^f=(.*)$/).split("+").filter(Boolean),
  };
}

/**
 * Listen to what an element with this `data-e` wants.
 * @param {string} spec
 */
export function listenFor(spec) {
  for (const { type, prevent, outside } of parseSpec(spec)) {
    if (outside) outsideTypes.add(type);
    listen(type, prevent);
  }
}

/**
 * Listen to what the elements of a tree want.
 * @param {Element} root
 */
export function listenWithin(root) {
  for (const element of [root, ...root.querySelectorAll("[data-e]")]) listenFor(element.getAttribute("data-e") ?? "");
}

/** Listen to what every page needs. */
export function listenAlways() {
  for (const type of ALWAYS) listen(type, true);
}

/**
 * @param {string} type
 * @param {boolean} prevent
 */
function listen(type, prevent) {
  if (listening.get(type) || (listening.has(type) && !prevent)) return;
  // A listener that might prevent scrolling slows it down.
  const active = prevent || !/^(wheel|touch)/.test(type);
  // The window sees the events of all nodes first, but for `load` and for those that Chromium makes only where a node
  // listens.
  const target = /^(load|(mouse|pointer)(enter|leave))$/.test(type) ? document : globalThis;
  target.removeEventListener(type, onEvent, true);
  target.addEventListener(type, onEvent, { capture: true, passive: !active });
  listening.set(type, active);
}

/** @param {Event} event */
function onEvent(event) {
  if (focusState.restoring) return;
  const { type } = event;
  const node = event.target instanceof Element && event.target !== document.documentElement
    ? event.target
    : document.body;
  if (type === "input" || type === "change") {
    if (noteField(node)) sendFieldsSoon();
    if (/** @type {InputEvent} */ (event).isComposing) return;
  } else if (type === "compositionstart") {
    composeField(node, true);
  } else if (type === "compositionend" || type === "focusout") {
    if (composeField(node, false)) {
      sendFieldsSoon();
      deliver(node, event, "input");
    }
  } else if (type === "submit") {
    surveyFields();
  } else if (type === "reset") {
    // The fields change when all listeners have been called.
    setTimeout(() => surveyFields() && sendFieldsSoon());
  }
  deliver(node, event, type);
}

/**
 * Bring an event to the handlers of its target, of the elements around it, and of those that it is outside of.
 * @param {Element} target
 * @param {Event} event
 * @param {string} type
 */
function deliver(target, event, type) {
  // All handlers are found before one is called, as the first may already change what the next would see.
  /** @type {[Element, Entry][]} */
  const found = [];
  let stopped = false;
  for (let element = /** @type {Element | null} */ (target); element && !stopped; element = element.parentElement) {
    const spec = element.getAttribute("data-e");
    if (spec && idOf(element) && !element.matches(":disabled")) {
      for (const entry of parseSpec(spec)) {
        if (entry.type !== type || entry.outside || !matchesEntry(entry, event)) continue;
        found.push([element, entry]);
        stopped ||= entry.stop;
      }
    }
    if (!event.bubbles) break;
  }
  if (outsideTypes.has(type)) {
    for (const element of document.querySelectorAll(`[data-e*="${type}"]`)) {
      if (!idOf(element) || element.contains(target)) continue;
      for (const entry of parseSpec(element.getAttribute("data-e") ?? "")) {
        if (entry.type === type && entry.outside && matchesEntry(entry, event)) found.push([element, entry]);
      }
    }
  }
  for (const [element, entry] of found) {
    // A form with a handler never navigates.
    if (entry.prevent || type === "submit") event.preventDefault();
    trigger(element, entry, event);
  }
}

/**
 * @param {Entry} entry
 * @param {Event} event
 */
export function matchesEntry(entry, event) {
  const { key, isComposing } = /** @type {KeyboardEvent} */ (event);
  if (entry.type.startsWith("key") && isComposing) return false;
  if (entry.key && entry.key !== (key === " " ? "space" : String(key).toLowerCase())) return false;
  return !entry.modifiers || entry.modifiers === held(event).join("+");
}

/**
 * @param {Event} event
 * @returns {string[]} the modifier keys that are down
 */
function held(event) {
  return MODIFIERS.filter((name) => /** @type {any} */ (event)[`${name}Key`]);
}

/**
 * @param {Element} element
 * @param {Entry} entry
 * @param {Event} event
 * @param {(data: import("./wire.js").EventData) => void} [heard] what is done with it, where it is no component's
 */
export function trigger(element, entry, event, heard) {
  const timing = timingOf(element, entry);
  if (timing.done) return;
  timing.done = entry.once;
  const data = dataOf(event, entry);
  const files = heard ? [] : filesOf(event);
  /**
   * @param {number[]} [numbers] of files that have been sent
   * @param {boolean} [failed] whether one of them was not, so that nobody wants the others
   */
  const leave = (numbers, failed) => {
    const id = idOf(element);
    if (!failed && nodesOf(id).includes(element)) {
      post(id, entry.name, numbers ? { ...data, files: numbers } : data);
    } else if (numbers?.length) post(0, entry.name, { files: numbers });
  };
  const fire = () =>
    heard ? heard(data) : files.length ? sendFiles(files, timing, entry.type === "submit", leave) : leave();
  const wait = entry.debounce || entry.throttle;
  if (!wait) return hurry(entry, fire);
  const idle = !timing.timer;
  if (entry.debounce || idle) {
    clearTimeout(timing.timer);
    timing.timer = setTimeout(expire, wait, timing, wait);
  }
  // Throttled, or the first of a burst: at once. Else when the time is over.
  if (idle && (entry.throttle || entry.first)) return hurry(entry, fire);
  if (entry.first) return;
  pending.delete(timing);
  timing.fire = fire;
  pending.add(timing);
}

/**
 * @param {Element} element
 * @param {Entry} entry
 * @returns {Timing}
 */
function timingOf(element, entry) {
  let named = timings.get(element);
  if (!named) timings.set(element, named = new Map());
  let timing = named.get(entry.name);
  if (!timing) named.set(entry.name, timing = { timer: 0, done: false, entry });
  return timing;
}

/**
 * @param {Timing} timing
 * @param {number} wait
 */
function expire(timing, wait) {
  timing.timer = 0;
  if (!pending.delete(timing)) return;
  // The last event of a throttled burst opens a new span.
  if (timing.entry.throttle) timing.timer = setTimeout(expire, wait, timing, wait);
  timing.fire?.();
}

/**
 * Send an event, behind those that wait when a person would expect them to be done by now.
 * @param {Entry} entry
 * @param {() => void} fire
 */
function hurry(entry, fire) {
  if (entry.key || !CONTINUOUS.test(entry.type)) firePending();
  fire();
}

/** Send the debounced and throttled events now. */
export function firePending() {
  for (const timing of pending) {
    pending.delete(timing);
    clearTimeout(timing.timer);
    timing.timer = 0;
    timing.fire?.();
  }
}

/**
 * Queue an event for the server; all unsent fields go first, in the same message.
 * @param {number} id
 * @param {string} name
 * @param {import("./wire.js").EventData} data
 * @param {Uint8Array[]} [blobs] the bytes of values in `data`
 * @returns {number} the message's number; 0 where there is none
 */
export function post(id, name, data, blobs) {
  outgoing.gather();
  if (outgoing.full) return 0;
  const fields = takeFields(outgoing.next);
  return name || fields.length ? outgoing.add(fields, id, name, data, blobs) : 0;
}

/** Send the unsent fields now, when there is a connection; without one they wait where they are. */
export function sendFields() {
  clearTimeout(followUp);
  if (outgoing.open) post(0, "", {});
}

function sendFieldsSoon() {
  clearTimeout(followUp);
  followUp = setTimeout(() => {
    // A debounced handler of the field brings it along.
    if (![...pending].some(({ entry }) => entry.type === "input")) sendFields();
  }, FOLLOW_UP);
}

/**
 * What an event's message says about it.
 * @param {Event} event
 * @param {Entry} entry
 */
function dataOf(event, entry) {
  /** @type {import("./wire.js").EventData} */
  const data = {};
  const keyed = event instanceof KeyboardEvent;
  if (keyed || event instanceof MouseEvent) {
    for (const name of held(event)) data[name] = true;
    if (keyed) {
      Object.assign(data, { key: event.key, code: event.code, repeat: event.repeat, location: event.location });
    } else Object.assign(data, { x: event.clientX, y: event.clientY, button: event.button, buttons: event.buttons });
  }
  if (event instanceof WheelEvent) Object.assign(data, { dx: event.deltaX, dy: event.deltaY });
  if (event instanceof SubmitEvent && event.submitter) data.submitter = idOf(event.submitter);
  for (const path of entry.properties) {
    /** @type {any} */
    let value = event;
    for (const step of path.split(".")) value = value?.[step];
    if (isScalar(value)) data[path] = value;
    else if (typeof value?.length === "number") data[path] = Array.from(value).filter(isScalar);
  }
  return data;
}

/** @param {unknown} value */
function isScalar(value) {
  return value === null || /^(string|number|boolean)$/.test(typeof value);
}
