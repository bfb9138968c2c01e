// The one global, `server`: what the App exposes, as if it were here. A path is a proxy that remembers names and does nothing
// until it is called, read (`await`, `.then`), assigned to or deleted from. Knows no messages.

import { ask, call, reportRefusal } from "./calls.js";
import { argumentsFor, PATH_LABEL } from "./functions.js";
import { sharedQueue, tabQueue } from "./queues.js";
import { link } from "./socket.js";
import { subscribeMany, topicOf } from "./topics.js";

/** @typedef {import("./calls.js").CallOptions} CallOptions */

/** What promises can do: on a path it reads the value first. */
const PROMISE_NAMES = ["then", "catch", "finally"];
/** What JavaScript looks for in any object: on a path it tells of the path. */
const TEXT_NAMES = ["toString", "toLocaleString", Symbol.toPrimitive];

/** @type {{[change: string]: Set<() => void>}} functions of the page */
const linkListeners = { connect: new Set(), disconnect: new Set() };

/** @implements {ProxyHandler<() => void>} */
class PathHandler {
  /**
   * @param {string[]} path
   * @param {CallOptions} options
   */
  constructor(path, options) {
    this.path = path;
    this.options = options;
    this.label = ["server", ...path].join(".");
  }

  /**
   * @param {() => void} _target
   * @param {string | symbol} name
   * @param {unknown} receiver
   * @returns {unknown}
   */
  get(_target, name, receiver) {
    if (TEXT_NAMES.includes(name)) return () => this.label;
    if (name === "valueOf") return () => receiver;
    if (name === PATH_LABEL) return this.label;
    if (typeof name === "symbol" || name === "toJSON") return undefined;
    if (this.path.length && PROMISE_NAMES.includes(name)) {
      return (/** @type {Function[]} */ ...functions) =>
        /** @type {any} */ (call("get", this.path, undefined, this.options))[name](...functions);
    }
    return this.member(name);
  }

  /**
   * @param {string} name
   * @returns {unknown}
   */
  member(name) {
    return makePath(new PathHandler([...this.path, name], this.options));
  }

  /**
   * @param {() => void} _target
   * @param {string | symbol} name
   * @param {unknown} value
   */
  set(_target, name, value) {
    return this.change("set", name, value);
  }

  /**
   * @param {() => void} _target
   * @param {string | symbol} name
   */
  deleteProperty(_target, name) {
    return this.change("delete", name);
  }

  /**
   * Nobody waits for it, so a refusal is reported.
   * @param {string} kind
   * @param {string | symbol} name
   * @param {unknown} [value]
   */
  change(kind, name, value) {
    if (typeof name === "symbol") return false;
    ask(kind, [...this.path, name], value, this.options, (error) => {
      if (error) reportRefusal(`${kind} ${this.label}.${name}`, error);
    });
    return true;
  }

  /**
   * @param {() => void} _target
   * @param {unknown} self
   * @param {unknown[]} values
   * @returns {unknown}
   */
  apply(_target, self, values) {
    const [sent, { path, options }] = [argumentsFor(self, values), this];
    return options.wait === false ? ask("call", path, sent, options) : call("call", path, sent, options);
  }

  has() {
    return false;
  }

  ownKeys() {
    return [];
  }

  getOwnPropertyDescriptor() {
    return undefined;
  }

  defineProperty() {
    return false;
  }

  setPrototypeOf() {
    return false;
  }

  preventExtensions() {
    return false;
  }
}

/** The beginning of all paths, with what justui itself has there. */
class RootHandler extends PathHandler {
  /** @param {CallOptions} options */
  constructor(options) {
    super([], options);
    this.members = membersOf(options);
  }

  /**
   * @override
   * @param {string} name
   */
  member(name) {
    if (name === "then") return undefined;
    if (name === "ready") return whenReady();
    return Object.hasOwn(this.members, name) ? this.members[name] : super.member(name);
  }

  /**
   * @override
   * @param {string} kind
   * @param {string | symbol} name
   * @param {unknown} [value]
   */
  change(kind, name, value) {
    if (name === "ready" || Object.hasOwn(this.members, name)) {
      throw new TypeError(`server.${String(name)} is justui's own: expose yours by another name`);
    }
    return super.change(kind, name, value);
  }

  /**
   * @override
   * @param {() => void} _target
   * @param {unknown} _self
   * @param {unknown[]} values
   */
  apply(_target, _self, [options]) {
    for (const name of Object.keys(Object(options))) {
      if (name !== "timeout" && name !== "wait") throw new TypeError(`server({${name}}): there are timeout and wait`);
    }
    return makePath(new RootHandler({ ...this.options, .../** @type {CallOptions} */ (options) }));
  }
}

/**
 * @param {PathHandler} handler
 * @returns {any}
 */
function makePath(handler) {
  // An arrow function: it has no property that a proxy must admit to.
  return new Proxy(() => {}, handler);
}

/**
 * What `server` has by itself. Python exposes nothing under these names.
 * @param {CallOptions} options
 * @returns {{[name: string]: any}}
 */
function membersOf(options) {
  /**
   * @param {string | {[name: string]: import("./topics.js").TopicFunction}} name
   * @param {import("./topics.js").TopicOptions} [more]
   */
  const topic = (name, more) =>
    Object(name) === name
      ? subscribeMany(/** @type {any} */ (name), { ...options, ...more })
      : topicOf(String(name), options);
  topic.names = () => call("topics", [], undefined, options);
  return {
    topic,
    queue: (/** @type {string} */ name) => sharedQueue(String(name), options),
    tab: {
      get id() {
        return link.boot?.tab;
      },
      queue: tabQueue,
    },
    on: listenToLink,
    names: () => call("names", [], undefined, options),
  };
}

/**
 * Have a function called each time the connection is there (also now, when it is), or is lost.
 * @param {string} change `connect` or `disconnect`
 * @param {() => void} fn
 * @returns {() => void} a function that ends it
 */
function listenToLink(change, fn) {
  const listeners = linkListeners[change];
  if (!listeners) throw new TypeError(`server.on("${change}"): there are connect and disconnect`);
  listeners.add(fn);
  if (change === "connect" && link.joined) queueMicrotask(fn);
  return () => listeners.delete(fn);
}

/** @returns {Promise<true>} fulfilled when there is a connection */
function whenReady() {
  return new Promise((resolve) => {
    const end = listenToLink("connect", () => {
      end();
      resolve(true);
    });
  });
}

/** Let functions of the page know of the connection. */
export function startServer() {
  link.watchers.push((change) => {
    for (const fn of [...linkListeners[change] ?? []]) {
      try {
        fn();
      } catch (error) {
        reportError(error);
      }
    }
  });
}

export const server = makePath(new RootHandler({}));
