// Topics: what is published goes to the functions of this page that subscribed to its name, or to a pattern for it.
// The tab subscribes once for each name; after the page was fetched anew, by itself. Knows no sockets.

import { ask, call, reportRefusal, unpackArrived } from "./calls.js";
import { link } from "./socket.js";

/**
 * @typedef {((value: any) => void) | ((topic: string, value: any) => void)} TopicFunction gets the value, or with two
 *   parameters the topic's name and the value
 */
/**
 * @typedef {{now?: boolean, own?: boolean, timeout?: number}} TopicOptions whether the value that is kept comes at once
 *   (default: no), and what this tab itself publishes, too (default: yes); seconds for the server's word
 */
/** @typedef {{fn: TopicFunction, now: boolean, own: boolean, joined: boolean}} TopicListener `joined`: the server agreed */

/** @type {Map<string, TopicListener[]>} by names and patterns */
const topicListeners = new Map();
/** How often the server has begun anew. */
let topicsLife = 0;

/**
 * A topic, by its name or by a pattern: in `sensors/+/state` the plus stands for one level, in `sensors/#` for all that follow.
 * @param {string} name
 * @param {TopicOptions} defaults
 */
export function topicOf(name, defaults) {
  return {
    name,
    /**
     * Have a function called for each message.
     * @param {TopicFunction} fn
     * @param {TopicOptions} [options]
     * @returns {Promise<boolean>} whether the server agreed
     */
    subscribe: (fn, options) => subscribe(name, fn, { ...defaults, ...options }),
    /**
     * @param {TopicFunction} [fn] without it all functions of this page
     * @returns {Promise<boolean>} whether it was subscribed
     */
    unsubscribe: (fn) => unsubscribe(name, fn, defaults),
    /**
     * Tell all who subscribed. Never throws; the console says why something was not published.
     * @param {unknown} value
     * @param {TopicOptions} [options]
     * @returns {Promise<boolean>} whether the server took it
     */
    publish: (value, options) => isDone(call("publish", [name], value, { ...defaults, ...options })),
  };
}

/**
 * Subscribe to many topics at once.
 * @param {{[name: string]: TopicFunction}} functions by names and patterns
 * @param {TopicOptions} options
 * @returns {Promise<boolean>} whether the server agreed to all
 */
export async function subscribeMany(functions, options) {
  const all = await Promise.all(Object.keys(functions).map((name) => subscribe(name, functions[name], options)));
  return all.every(Boolean);
}

/**
 * @param {Promise<unknown>} promise
 * @returns {Promise<boolean>}
 */
function isDone(promise) {
  return promise.then(() => true, (error) => {
    console.warn("justui:", error);
    return false;
  });
}

/**
 * @param {string} name
 * @param {TopicFunction} fn
 * @param {TopicOptions} options
 * @returns {Promise<boolean>}
 */
async function subscribe(name, fn, { now = false, own = true, timeout }) {
  if (typeof fn !== "function") throw new TypeError(`a function is to be subscribed to ${name}, not ${typeof fn}`);
  const listeners = listenersOf(name);
  const listener = { fn, now, own, joined: !now && listeners.some(({ joined }) => joined) };
  topicListeners.set(name, [...listeners, listener]);
  if (listener.joined) return true;
  const life = topicsLife;
  const joined = join(name, [listener], { timeout }).catch((error) => {
    // The server began anew meanwhile.
    if (life !== topicsLife) return join(name, [listener], { timeout });
    throw error;
  });
  if (await isDone(joined)) return true;
  drop(name, ({ fn }) => fn !== listener.fn);
  return false;
}

/** @param {string} name */
function listenersOf(name) {
  return topicListeners.get(name) ?? [];
}

/**
 * Keep only some of the functions of a topic.
 * @param {string} name
 * @param {(listener: TopicListener) => boolean} isKept
 * @returns {boolean} whether none is left
 */
function drop(name, isKept) {
  const rest = listenersOf(name).filter(isKept);
  if (rest.length) topicListeners.set(name, rest);
  else topicListeners.delete(name);
  return !rest.length;
}

/**
 * Tell the server that this tab wants these messages. The functions get them from its answer on.
 * @param {string} name
 * @param {TopicListener[]} listeners
 * @param {import("./calls.js").CallOptions} options
 * @returns {Promise<void>}
 */
function join(name, listeners, options) {
  const now = listeners.some((listener) => listener.now);
  return new Promise((resolve, reject) =>
    // In the moment in which the answer stands in the stream: the next message may be right behind it.
    ask("subscribe", [name], { now }, options, (error, kept) => {
      if (error) return reject(error);
      for (const listener of listenersOf(name).filter((one) => listeners.includes(one))) {
        listener.joined = true;
        if (listener.now) { for (const [topic, value] of kept.now) hand(listener, topic, value); }
      }
      resolve();
    })
  );
}

/**
 * @param {string} name
 * @param {TopicFunction | undefined} fn
 * @param {TopicOptions} options
 * @returns {Promise<boolean>}
 */
async function unsubscribe(name, fn, options) {
  const before = listenersOf(name).length;
  const isLast = drop(name, (listener) => Boolean(fn) && listener.fn !== fn);
  return listenersOf(name).length < before &&
    (!isLast || await isDone(call("unsubscribe", [name], undefined, options)));
}

/**
 * Give a function one message. One that fails does not keep the next from getting it.
 * @param {TopicListener} listener
 * @param {string} topic
 * @param {unknown} value
 */
function hand({ fn }, topic, value) {
  try {
    const run = /** @type {(...values: unknown[]) => void} */ (fn);
    run(...(fn.length > 1 ? [topic, value] : [value]));
  } catch (error) {
    reportError(error);
  }
}

/**
 * A message of a topic has come.
 * @param {string} topic
 * @param {unknown} value
 * @param {string} origin the tab that published it, or nothing
 */
export function takeMessage(topic, value, origin) {
  const arrived = unpackArrived(value);
  const isOwn = origin === link.boot?.tab;
  for (const [name, listeners] of topicListeners) {
    if (!covers(name, topic)) continue;
    for (const listener of listeners) {
      if (listener.joined && (listener.own || !isOwn)) hand(listener, topic, arrived);
    }
  }
}

/**
 * Whether a pattern stands for a topic; the rules are MQTT's.
 * @param {string} pattern
 * @param {string} topic
 */
export function covers(pattern, topic) {
  if (!/[+#]/.test(pattern)) return pattern === topic;
  const wanted = pattern.split("/");
  const given = topic.split("/");
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (index >= given.length || (level !== "+" && level !== given[index])) return false;
  }
  return wanted.length === given.length;
}

/** A server that knows nothing of this page's topics has taken over. */
function joinAgain() {
  for (const name of topicListeners.keys()) {
    const life = topicsLife;
    const listeners = listenersOf(name).filter(({ joined }) => joined);
    if (!listeners.length) continue;
    join(name, listeners, {}).catch((error) => {
      if (life !== topicsLife) return;
      drop(name, (listener) => !listeners.includes(listener));
      reportRefusal(`topic ${name}`, error);
    });
  }
}

/** Watch the connection. */
export function startTopics() {
  link.watchers.push((change) => {
    if (change !== "gone") return;
    topicsLife++;
    // When what was to be sent to the server that has gone is out of the way.
    queueMicrotask(joinAgain);
  });
}
