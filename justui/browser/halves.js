// Loads the browser halves of components: scripts of their own, for pages that have such components.

/** @type {{[name: string]: string}} the files of the halves, by their names; the server fills it in */
export const halfFiles = {};

const HALF_TRIES = 3;
/** @type {Set<string>} */
const loadedHalves = new Set();

/** @type {{(order: any): void, orders: any[]}} keeps what the server says of other addresses until that script is there */
export const followLater = Object.assign((/** @type {any} */ order) => {
  followLater.orders.push(order);
  loadHalves("navigation");
}, { orders: /** @type {any[]} */ ([]) });

/** @param {string[]} names */
export function loadHalves(...names) {
  for (const name of names) {
    if (!halfFiles[name] || loadedHalves.has(name)) continue;
    loadedHalves.add(name);
    loadHalf(halfFiles[name], 1);
  }
}

/**
 * @param {string} file beside this script
 * @param {number} attempt
 */
async function loadHalf(file, attempt) {
  try {
    // By another address each time: a browser may remember that one could not be loaded.
    await import(`./${file}${attempt > 1 ? `#${attempt}` : ""}`);
  } catch (error) {
    console.error("justui:", error);
    if (attempt < HALF_TRIES) setTimeout(() => loadHalf(file, attempt + 1), attempt * 1000);
  }
}
