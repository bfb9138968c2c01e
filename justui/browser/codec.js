// Values as they travel between the browser and Python: the mirror of codec.py; docs/wire.md, "Values", has the table.
// Reads plain data and bytes only: nothing in a value can make it call anything.

export const DEEPEST = 24;
/** Pieces of bytes in one value: a message with more is taken for hostile. */
const MOST_BYTES = 9_999;

/** The events of no component, by which the browser asks and answers. */
export const Request = {
  CALLS: "call",
  ANSWER: "answer",
  FREED: "free",
  SHARE: "share",
};

/** Names that lead from a value to the machinery of JavaScript: no path goes through them. */
export const REFUSED_NAMES = [
  "__proto__",
  "prototype",
  "constructor",
  "eval",
  "Function",
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
];

/**
 * A value as it travels, and the bytes beside it. Numbers that JSON has not become null.
 * @param {unknown} value
 * @param {(fn: Function) => number} [numberOf] the number under which a function is kept; without it functions are refused
 * @returns {{v: unknown, blobs: Uint8Array[]}}
 * @throws {TypeError | RangeError} for what cannot travel, with its place
 */
export function packValue(value, numberOf) {
  /** @type {Uint8Array[]} */
  const blobs = [];
  return { v: packed(value, "", DEEPEST, blobs, numberOf), blobs };
}

/**
 * @param {any} value
 * @param {string} place
 * @param {number} depth
 * @param {Uint8Array[]} blobs
 * @param {((fn: Function) => number) | undefined} numberOf
 * @returns {unknown}
 */
function packed(value, place, depth, blobs, numberOf) {
  switch (typeof value) {
    case "undefined":
      return null;
    case "boolean":
      return value;
    case "string":
      return value.toWellFormed?.() ?? value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      if (Number.isSafeInteger(Number(value))) return Number(value);
      break;
    case "function":
      if (numberOf) return { $: ["f", numberOf(value)] };
      break;
    case "object":
      if (value === null) return null;
      return packedObject(value, place, depth, blobs, numberOf);
  }
  throw refused(value, place);
}

/**
 * @param {any} value
 * @param {string} place
 * @param {number} depth
 * @param {Uint8Array[]} blobs
 * @param {((fn: Function) => number) | undefined} numberOf
 * @returns {unknown}
 */
function packedObject(value, place, depth, blobs, numberOf) {
  const bytes = bytesOf(value);
  if (bytes) {
    if (blobs.length === MOST_BYTES) throw new RangeError(`${at(place)}more than ${MOST_BYTES} pieces of bytes`);
    return { $: ["b", blobs.push(bytes) - 1] };
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return packed(value.valueOf(), place, depth, blobs, numberOf);
  }
  if (depth <= 0) {
    throw new RangeError(
      `${at(place.slice(0, 200))}the value is nested deeper than ${DEEPEST} levels, or holds itself`,
    );
  }
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => packed(item, `${place}[${index}]`, depth - 1, blobs, numberOf));
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null && !hasOwnData(value)) {
    throw refused(value, place);
  }
  /** @type {{[key: string]: unknown}} */
  const items = {};
  // With the key `$` it is wrapped, which takes two levels more.
  const inside = depth - (Object.hasOwn(value, "$") ? 3 : 1);
  for (const key of Object.keys(value)) {
    define(items, key, packed(value[key], `${place}.${key}`, inside, blobs, numberOf));
  }
  return "$" in items ? { $: ["o", items] } : items;
}

/**
 * Whether an object of a class is data of the program's own; those of the browser, such as nodes, are not.
 * @param {object} value
 */
function hasOwnData(value) {
  return Object.prototype.toString.call(value) === "[object Object]";
}

/**
 * @param {unknown} value
 * @returns {Uint8Array | undefined}
 */
function bytesOf(value) {
  // A copy: a message is sent again as it was.
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice());
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice()
    : undefined;
}

/**
 * @param {unknown} value
 * @param {string} place
 */
function refused(value, place) {
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return new TypeError(`${at(place)}not transferable: ${name}; numbers, texts, lists, plain objects and bytes are`);
}

/** @param {string} place */
function at(place) {
  return place ? `${place.replace(/^\./, "")}: ` : "";
}

/**
 * Set a property whatever its name means to JavaScript.
 * @param {object} items
 * @param {string} key
 * @param {unknown} value
 */
function define(items, key, value) {
  Object.defineProperty(items, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * The value that has come.
 * @param {any} value
 * @param {Uint8Array[]} blobs
 * @param {(kind: string, rest: any[]) => unknown} [make] functions (`f`) and expressions (`x`)
 * @returns {any}
 */
export function unpackValue(value, blobs, make) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => unpackValue(item, blobs, make));
  if (!("$" in value)) return unpackItems(value, blobs, make);
  const [kind, ...rest] = value.$;
  if (kind === "b") return blobs[rest[0]].slice();
  if (kind === "o") return unpackItems(rest[0], blobs, make);
  return make?.(kind, rest);
}

/**
 * @param {any} items
 * @param {Uint8Array[]} blobs
 * @param {((kind: string, rest: any[]) => unknown) | undefined} make
 */
function unpackItems(items, blobs, make) {
  for (const key of Object.keys(items)) define(items, key, unpackValue(items[key], blobs, make));
  return items;
}
