// Functions that cross the wire: ours that Python may call, by their numbers, and Python's that the page may call.
// Calls none of them, and knows no socket: `calls.js` gives what runs one of Python's and what lets go of it.

/** Under this name a path of `server` says what it is: it looks like a function, but is none that could be passed. */
export const PATH_LABEL = Symbol("path");

/** Milliseconds over which functions that nobody holds any more are collected before the server hears of them. */
const FREE_AFTER = 1000;

/** @type {Map<number, Function>} ours, until the server lets go of them */
const lentFunctions = new Map();
let lastLent = 0;

/** @type {Map<number, WeakRef<Function>>} Python's, while something in the page holds them */
const borrowedFunctions = new Map();
/** @type {number[]} Python's that nobody holds any more */
let unheldFunctions = [];
/** How often the server has begun anew: a number of the one before means nothing to this one. */
let lending = 0;

/** What is done with Python's functions. */
export const pythonFunctions = {
  /** @type {(id: number, values: unknown[]) => unknown} */
  run: () => undefined,
  /** @type {(id: number) => unknown} instead of `run`, when the server that gave it has gone */
  refuse: () => undefined,
  /** @type {(ids: number[]) => void} */
  free: () => {},
};

const heldFunctions = new FinalizationRegistry((/** @type {{id: number, age: number}} */ { id, age }) => {
  if (age !== lending) return;
  borrowedFunctions.delete(id);
  if (unheldFunctions.push(id) === 1) setTimeout(freeFunctions, FREE_AFTER);
});

function freeFunctions() {
  const ids = unheldFunctions;
  unheldFunctions = [];
  if (ids.length) pythonFunctions.free(ids);
}

/**
 * Keep a function that Python is given.
 * @param {Function} fn
 * @returns {number} a new number, also for one that was given before, so that the server may let go of each by itself
 * @throws {TypeError} for a path of `server`
 */
export function keepFunction(fn) {
  const label = /** @type {any} */ (fn)[PATH_LABEL];
  if (label) throw new TypeError(`${label} was not read: write await ${label}`);
  lentFunctions.set(++lastLent, fn);
  return lastLent;
}

/**
 * The function that Python was given under this number.
 * @param {number} id
 */
export function browserFunction(id) {
  return lentFunctions.get(id);
}

/**
 * Python has let go of these.
 * @param {number[]} ids
 */
export function forgetFunctions(ids) {
  for (const id of ids) lentFunctions.delete(id);
}

/**
 * A function of Python's, as one of the page's; the same one as long as the page holds it.
 * @param {number} id
 * @returns {Function}
 */
export function pythonFunction(id) {
  const known = borrowedFunctions.get(id)?.deref();
  if (known) return known;
  const age = lending;
  const made = (/** @type {unknown[]} */ ...values) => {
    return age === lending ? pythonFunctions.run(id, values.map(plainEvent)) : pythonFunctions.refuse(id);
  };
  borrowedFunctions.set(id, new WeakRef(made));
  heldFunctions.register(made, { id, age });
  return made;
}

/**
 * What Python is told of an event; any other value as it is.
 * @param {any} value
 */
function plainEvent(value) {
  if (!(value instanceof Event)) return value;
  const { type, key, x, y, target, currentTarget } = /** @type {any} */ (value);
  const element = currentTarget instanceof Element ? currentTarget : target;
  const { id, value: text, checked } = element instanceof Element ? /** @type {any} */ (element) : {};
  const said = { type, id, value: text, checked, key, x, y };
  return Object.fromEntries(Object.entries(said).filter(([, one]) => one !== undefined && typeof one !== "object"));
}

/**
 * What a path of `server` was called with. As the listener of an element: with nothing, for events do not travel.
 * @param {unknown} self
 * @param {unknown[]} values
 */
export function argumentsFor(self, values) {
  const [event] = values;
  return event instanceof Event && event.currentTarget === self ? values.slice(1) : values;
}

/** @type {WeakMap<Function, {id: number, places: number}>} Python's functions that were assigned, and to how many properties */
let placesOf = new WeakMap();

/** Python's functions that the program has assigned: one that was replaced everywhere is let go of at once. */
export const placedFunctions = {
  /** Whether there are any. */
  some: false,
  /**
   * A function has been assigned.
   * @param {unknown} fn
   * @param {number} [id] its number, where it comes from Python just now
   */
  put(fn, id) {
    const known = typeof fn === "function" ? placesOf.get(fn) : undefined;
    if (known) known.places++;
    else if (id) {
      placesOf.set(/** @type {Function} */ (fn), { id, places: 1 });
      this.some = true;
    }
  },
  /**
   * Something else stands where this stood.
   * @param {unknown} old
   */
  replace(old) {
    const known = typeof old === "function" ? placesOf.get(old) : undefined;
    if (!known || --known.places) return;
    borrowedFunctions.delete(known.id);
    if (unheldFunctions.push(known.id) === 1) setTimeout(freeFunctions, FREE_AFTER);
  },
};

/** The server knows nothing of this tab any more. */
export function dropFunctions() {
  lending++;
  placesOf = new WeakMap();
  lentFunctions.clear();
  borrowedFunctions.clear();
  unheldFunctions = [];
}
