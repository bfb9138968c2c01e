// Queues: the server's, and those of this tab, which Python fills. `pop` takes the newest, `shift` the oldest.
// Knows no sockets.

import { call, unpackArrived } from "./calls.js";
import { post } from "./events.js";

const QUEUE_LIMIT = 1000;

/** @type {Map<string, unknown[]>} what has come for this tab and was not taken yet, oldest first */
const tabItems = new Map();
/** @type {Map<string, Set<(name: string) => void>>} */
const queueListeners = new Map();

/**
 * A queue of the server's.
 * @param {string} name
 * @param {import("./calls.js").CallOptions} options
 */
export function sharedQueue(name, options) {
  const ask = (/** @type {string} */ kind, /** @type {unknown} */ value) => call(kind, [name], value, options);
  return {
    name,
    /**
     * Put something in. The promise is fulfilled when it is there.
     * @param {unknown} value
     * @returns {Promise<void>}
     */
    push: (value) => ask("push", value),
    /** @returns {Promise<any>} the newest, out of the queue; null when it is empty */
    pop: () => ask("pop", undefined),
    /** @returns {Promise<any>} the oldest, out of the queue; null when it is empty */
    shift: () => ask("shift", undefined),
    /** @returns {Promise<boolean>} */
    is_empty: () => ask("size", undefined).then((size) => size === 0),
  };
}

/**
 * A queue of this tab's own.
 * @param {string} name
 */
export function tabQueue(name) {
  const items = () => tabItems.get(name) ?? [];
  return {
    name,
    /** The newest, out of the queue; `otherwise` when it is empty. */
    pop: (otherwise = /** @type {any} */ (null)) => items().length ? items().pop() : otherwise,
    /** The oldest, out of the queue; `otherwise` when it is empty. */
    shift: (otherwise = /** @type {any} */ (null)) => items().length ? items().shift() : otherwise,
    is_empty: () => !items().length,
    /**
     * Have a function called, with the queue's name, once for each item that is there and that comes.
     * @param {(name: string) => void} fn
     * @returns {() => void} a function that ends it
     */
    subscribe: (fn) => {
      const listeners = queueListeners.get(name) ?? new Set();
      queueListeners.set(name, listeners.add(fn));
      for (const _ of [...items()]) tellQueue(fn, name);
      return () => listeners.delete(fn);
    },
  };
}

/**
 * @param {(name: string) => void} fn
 * @param {string} name
 */
function tellQueue(fn, name) {
  try {
    fn(name);
  } catch (error) {
    reportError(error);
  }
}

/**
 * Something for a queue of this tab's has come.
 * @param {string} name
 * @param {unknown} value
 * @param {number} n number under which the server wants to know that it is here; 0: it does not
 */
export function takeItem(name, value, n) {
  const items = tabItems.get(name) ?? [];
  const isFull = items.length >= QUEUE_LIMIT;
  if (!isFull) {
    tabItems.set(name, items);
    items.push(unpackArrived(value));
  }
  const e = { type: "Refused", text: `${QUEUE_LIMIT} items wait in queue ${name} of this tab` };
  if (n) post(0, "answer", isFull ? { n, e } : { n, v: true });
  else if (isFull) console.warn(`justui: ${e.text}: one was dropped`);
  if (!isFull) { for (const fn of queueListeners.get(name) ?? []) tellQueue(fn, name); }
}
