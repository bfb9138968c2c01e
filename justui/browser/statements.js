// What Python says to this page: steps from the window or from an earlier result, never code, done in their order.
// Keeps the results that Python holds, and answers where it wants a value. Decides nothing.

import { packValue, REFUSED_NAMES, Request, unpackValue } from "./codec.js";
import { checkWrite, domSteps } from "./dom.js";
import { post } from "./events.js";
import { browserFunction, forgetFunctions, placedFunctions, pythonFunction } from "./functions.js";
import { pageNonce } from "./head.js";
import { delivery } from "./patch.js";
import { link } from "./socket.js";

/** @typedef {string | number | any[]} Step */
/** @typedef {{value?: any, failed?: {error: unknown}, promise?: Promise<void>}} Result of a statement; a promise while it is awaited */
/** @typedef {{blobs: Uint8Array[], resultOf: (n: number) => Result | undefined}} Surroundings of a statement */

/** Bits of a statement's second part. */
const WANTS_VALUE = 1;
const WANTS_KEEPING = 2;
/** Characters after which answers that wait for each other leave. */
const ANSWERS_TOGETHER = 100_000;
const ANSWER_SPARE = 10_000;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** @type {Map<number, Result>} those that Python holds */
const keptResults = new Map();
/** @type {Set<Result>} those that are awaited */
const awaitedResults = new Set();
/** @type {object[]} answers that leave together */
let unsentAnswers = [];
let unsentSize = 0;
/** How often the server has begun anew: the numbers of the one before mean nothing to this one. */
let serverLife = 0;

/**
 * Do statements, in order.
 * @param {[n: number, bits: number, root: any, ...steps: Step[]][]} statements
 */
export function runStatements(...statements) {
  const built = new Set(statements.map(([, , root]) => root));
  /** @type {Map<number, Result>} */
  const batch = new Map();
  const around = { blobs: delivery.blobs, resultOf: (/** @type {number} */ n) => batch.get(n) ?? keptResults.get(n) };
  for (const [n, bits, root, ...steps] of statements) {
    const isBarrier = root === 0 && !steps.length;
    const awaited = !awaitedResults.size ? [] : isBarrier ? [...awaitedResults] : awaitedBy([root, ...steps], around);
    const result = evaluate(() => isBarrier ? undefined : follow(root, steps, around), awaited);
    batch.set(n, result);
    if (bits & WANTS_KEEPING) keptResults.set(n, result);
    // What goes wrong is told by the last of those that build on each other, which inherits the error.
    const tells = Boolean(bits & WANTS_VALUE) || !built.has(n);
    finish(n, bits, result, tells, serverLife);
  }
}

/**
 * Python has let go of results and of functions.
 * @param {number[]} numbers
 * @param {number[]} functions
 */
export function letGo(numbers, functions) {
  for (const n of numbers) keptResults.delete(n);
  forgetFunctions(functions);
}

/**
 * The results that must be there before these steps can be followed.
 * @param {any} value
 * @param {Surroundings} around
 * @returns {Result[]}
 */
function awaitedBy(value, around) {
  const [root, ...rest] = value;
  const found = typeof root === "number" && around.resultOf(root);
  return [...(found && found.promise ? [found] : []), ...awaitedWithin(rest, around)];
}

/**
 * @param {any} value
 * @param {Surroundings} around
 * @returns {Result[]}
 */
function awaitedWithin(value, around) {
  if (value === null || typeof value !== "object") return [];
  if (value.$?.[0] === "x") return awaitedBy(value.$.slice(1), around);
  return Object.values(value).flatMap((item) => awaitedWithin(item, around));
}

/**
 * @param {() => any} work
 * @param {Result[]} awaited
 * @returns {Result}
 */
function evaluate(work, awaited) {
  /** @type {Result} */
  const result = {};
  const settle = (/** @type {any} */ value) => {
    result.value = value;
    result.promise = undefined;
    awaitedResults.delete(result);
  };
  const fail = (/** @type {unknown} */ error) => {
    result.failed = { error };
    settle(undefined);
  };
  const begin = () => {
    try {
      const value = work();
      return typeof value?.then === "function" ? Promise.resolve(value).then(settle, fail) : settle(value);
    } catch (error) {
      return fail(error);
    }
  };
  const promise = awaited.length ? Promise.all(awaited.map(({ promise }) => promise)).then(begin) : begin();
  if (promise) {
    result.promise = promise;
    awaitedResults.add(result);
  }
  return result;
}

/**
 * Answer, when the result is there.
 * @param {number} n
 * @param {number} bits
 * @param {Result} result
 * @param {boolean} tells whether its error is told
 * @param {number} life
 */
function finish(n, bits, result, tells, life) {
  if (result.promise) result.promise.then(() => finish(n, bits, result, tells, life));
  else if (life !== serverLife) return;
  else if (result.failed) {
    if (tells) answer({ n, e: describeError(result.failed.error) });
  } else if (bits & WANTS_VALUE) answerValue(n, result.value);
}

/**
 * @param {number} n
 * @param {unknown} value
 */
function answerValue(n, value) {
  try {
    const { v, blobs } = packValue(value);
    answer({ n, v }, blobs);
  } catch (error) {
    answer({ n, e: describeError(error), k: 1 });
  }
}

/**
 * @param {object} said
 * @param {Uint8Array[]} [blobs]
 */
function answer(said, blobs = []) {
  const text = JSON.stringify(said);
  const size = blobs.reduce((sum, blob) => sum + blob.length + 4, new TextEncoder().encode(text).length);
  const largest = (link.boot?.frame ?? 1_000_000) - ANSWER_SPARE;
  if (size > largest) throw new RangeError(`the value is too long: ${size} bytes; the server takes ${largest}`);
  if (blobs.length || unsentSize + text.length > ANSWERS_TOGETHER) sendAnswers();
  if (unsentAnswers.push(said) === 1) queueMicrotask(sendAnswers);
  unsentSize += text.length;
  if (blobs.length) sendAnswers(blobs);
}

/** @param {Uint8Array[]} [blobs] */
function sendAnswers(blobs) {
  const answers = unsentAnswers;
  unsentAnswers = [];
  unsentSize = 0;
  if (answers.length) post(0, Request.ANSWER, { a: answers }, blobs);
}

/**
 * An error in words.
 * @param {any} error
 */
function describeError(error) {
  try {
    const type = String(error?.name ?? "Error");
    const text = String(error?.message ?? error);
    return { type, text: text.startsWith(`${type}: `) ? text.slice(type.length + 2) : text };
  } catch {
    return { type: "Error", text: "the page threw something that has no text" };
  }
}

/**
 * What a path leads to.
 * @param {any} root
 * @param {Step[]} steps
 * @param {Surroundings} around
 */
function follow(root, steps, around) {
  let value = rootValue(root, around);
  let self;
  /** @type {Node | undefined} the nearest on the way */
  let node;
  for (const [index, step] of steps.entries()) {
    const before = value;
    if (value instanceof Node) node = value;
    if (Array.isArray(step)) {
      const last = steps[index - 1];
      if (step[0] === "c" && typeof last === "string") checkWrite(node, self, last, "call");
      const atWindow = root === 0 && index === 0;
      value = doStep(value, self, node, step, around, () => spell(root, steps.slice(0, index)), atWindow);
    } else {
      value = property(value, step, root === 0 && index === 0);
    }
    self = before;
  }
  return value;
}

/**
 * @param {any} root
 * @param {Surroundings} around
 */
function rootValue(root, around) {
  if (root === 0) return globalThis;
  if (Array.isArray(root)) {
    const lent = browserFunction(root[1]);
    if (!lent) throw new ReferenceError("this function of the page is not kept any more");
    return lent;
  }
  const result = around.resultOf(root);
  if (!result) throw new ReferenceError("this result is not kept any more");
  if (result.failed) throw result.failed.error;
  return result.value;
}

/**
 * @param {any} value
 * @param {string | number} name
 * @param {boolean} atWindow
 */
function property(value, name, atWindow) {
  checkName(name);
  if (atWindow && !(name in globalThis)) return lexicalGlobal(String(name))?.get();
  return value[name];
}

/**
 * @param {any} value
 * @param {any} self what `value` was read from
 * @param {Node | undefined} node
 * @param {any[]} step
 * @param {Surroundings} around
 * @param {() => string} spelled
 * @param {boolean} atWindow
 */
function doStep(value, self, node, [kind, first, second, ...more], around, spelled, atWindow) {
  const unpack = (/** @type {unknown} */ packed) =>
    unpackValue(
      packed,
      around.blobs,
      (special, rest) => special === "f" ? pythonFunction(rest[0]) : follow(rest[0], rest.slice(1), around),
    );
  switch (kind) {
    case "c":
      return Reflect.apply(callable(value, spelled), self, unpack(first));
    case "n":
      return Reflect.construct(callable(value, spelled), unpack(first));
    case "s":
      checkWrite(node, value, unpack(first), "set");
      return assign(value, checkName(unpack(first)), unpack(second), atWindow, second?.$);
    case "d":
      checkWrite(node, value, unpack(first), "set");
      return remove(value, checkName(unpack(first)));
    case "g":
      return item(value, checkName(unpack(first)));
    case "h":
      return contains(value, unpack(first));
    case "+":
      return plus(value, unpack(first));
    case "q":
      return found((value === globalThis ? document : value).querySelector(first), first);
    case "#":
      return found(document.getElementById(first), `#${first}`);
  }
  const ours = domSteps[kind];
  if (ours) return ours(value, ...[first, second, ...more].map(unpack));
  throw new TypeError(`there is no step ${kind}`);
}

/**
 * @param {any} value
 * @param {() => string} spelled
 */
function callable(value, spelled) {
  if (typeof value === "function") return value;
  const name = spelled();
  if (value === undefined && IDENTIFIER.test(name)) throw new ReferenceError(`${name} is not defined`);
  throw new TypeError(`${name} is not a function`);
}

/**
 * @param {any} root
 * @param {Step[]} steps
 */
function spell(root, steps) {
  const names = steps.map((step) =>
    Array.isArray(step) ? `[${step.map((part) => JSON.stringify(part)).join(" ")}]` : step
  );
  return [...(root === 0 ? [] : ["the result"]), ...names].join(".");
}

/**
 * @param {any} target
 * @param {string | number} key
 * @param {any} value
 * @param {boolean} atWindow
 * @param {[kind: string, id: number] | undefined} special how the value came, where it is no plain one
 */
function assign(target, key, value, atWindow, special) {
  const old = placedFunctions.some ? target?.[key] : undefined;
  const lexical = atWindow && !(key in globalThis) && lexicalGlobal(String(key));
  if (lexical) lexical.set(value);
  else target[key] = value;
  placedFunctions.put(value, special?.[0] === "f" ? special[1] : undefined);
  placedFunctions.replace(old);
}

/**
 * @param {any} target
 * @param {string | number} key
 */
function remove(target, key) {
  const old = placedFunctions.some ? target?.[key] : undefined;
  if (!(key in target)) throw keyError(key);
  delete target[key];
  placedFunctions.replace(old);
}

/**
 * An item as Python sees it: what everything inherits is none.
 * @param {any} target
 * @param {string | number} key
 */
function item(target, key) {
  if (target instanceof Map) {
    if (target.has(key)) return target.get(key);
  } else if (Array.isArray(target) || typeof target === "string") {
    const index = Number(key) < 0 ? target.length + Number(key) : key;
    if (Object.hasOwn(Object(target), index)) return target[/** @type {any} */ (index)];
  } else if (hasItem(target, key)) return target[key];
  throw keyError(key);
}

/**
 * @param {any} target
 * @param {string | number} key
 */
function hasItem(target, key) {
  if (target === null || target === undefined) throw new TypeError(`${target} has no items`);
  const object = Object(target);
  return Object.hasOwn(object, key) || (key in object && !(key in Object.prototype));
}

/**
 * What `in` means in Python.
 * @param {any} target
 * @param {any} key
 */
function contains(target, key) {
  if (Array.isArray(target) || typeof target === "string") return target.includes(key);
  if (target instanceof Map || target instanceof Set) return target.has(key);
  return hasItem(target, key);
}

/** @param {string | number} key */
function keyError(key) {
  return Object.assign(new Error(JSON.stringify(key)), { name: "KeyError" });
}

/**
 * What `+` means in Python.
 * @param {any} one
 * @param {any} other
 */
function plus(one, other) {
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other];
  const [kind, otherKind] = [typeof one, typeof other];
  if (kind !== otherKind || (kind !== "number" && kind !== "string")) {
    throw new TypeError(`${one === null ? "null" : kind} and ${other === null ? "null" : otherKind} cannot be added`);
  }
  return one + other;
}

/**
 * @param {Element | null} element
 * @param {string} selector
 */
function found(element, selector) {
  if (!element) throw Object.assign(new Error(`there is no element ${selector}`), { name: "NotFoundError" });
  return element;
}

/**
 * @template {string | number} Name
 * @param {Name} name
 * @returns {Name}
 */
function checkName(name) {
  if (REFUSED_NAMES.includes(String(name))) throw new TypeError(`${name} leads to the machinery of JavaScript`);
  return name;
}

/**
 * A variable of a script, by `let`, `const` or `class`, which is no property of the window. The policy allows a script element with
 * the page's nonce; what stands in it is a name, and nothing else.
 * @param {string} name
 * @returns {{get: () => any, set: (value: any) => void} | undefined}
 */
function lexicalGlobal(name) {
  if (!IDENTIFIER.test(name)) return;
  const script = /** @type {HTMLScriptElement & {found?: any}} */ (document.createElement("script"));
  script.nonce = pageNonce();
  script.text = `typeof ${name}=="undefined"||(document.currentScript.found={get:()=>${name},set:v=>{${name}=v}})`;
  const quiet = (/** @type {Event} */ event) => event.preventDefault(); // a name that is a word of the language
  addEventListener("error", quiet);
  document.head.append(script);
  removeEventListener("error", quiet);
  script.remove();
  return script.found;
}

/** Listen to the server's life, and let the operations be known. */
export function startStatements() {
  link.watchers.push((change) => {
    if (change !== "gone") return;
    serverLife++;
    keptResults.clear();
    unsentAnswers = [];
  });
}
