// Three-way merge of text: applies one person's edit to a text that others have changed meanwhile.
// The mirror of merge.py, function by function; `tests/merge_cases.json` holds both to the same answers.
// Positions count UTF-16 units here, but a surrogate pair is never split. Knows neither fields nor frames.

// The same figures as in merge.py, or server and browser would disagree.
const MERGE_EDIT_LIMIT = 200;
const MERGE_STEP_LIMIT = 2_000_000;

/** @typedef {[start: number, end: number, text: string]} MergeHunk `before.slice(start, end)` becomes the text. */
/** @typedef {[i: number, j: number, k: number, m: number]} MergeBlock `a.slice(i, j)` becomes `b.slice(k, m)`. */

/**
 * Apply the edit `base` to `edited` to `current`, which came from `base` by other hands.
 * @param {string} base
 * @param {string} edited
 * @param {string} current
 * @returns {string}
 */
export function merge(base, edited, current) {
  if (edited === base) return current;
  if (current === base) return edited;
  const theirs = mergeDiff(base, current);
  const replaced = new Set();
  /** @type {[start: number, rank: number, end: number, text: string][]} */
  const steps = [];
  for (const [start, end, text] of theirs) {
    if (end > start) replaced.add(start);
    steps.push([start, 1, end, text]);
  }
  for (const [start, end, text] of mergeDiff(base, edited)) {
    steps.push([start, start === end && replaced.has(start) ? 0 : 2, end, text]);
  }
  steps.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let merged = "";
  let position = 0;
  for (const [start, , end, text] of steps) {
    if (start > position) merged += base.slice(position, start);
    merged += text;
    position = Math.max(position, start, end);
  }
  return merged + base.slice(position);
}

/**
 * Tell where a caret goes when the text under it changes. An insertion exactly at the caret leaves the caret in
 * front of it; a replacement that ends at the caret leaves it behind.
 * @param {string} before
 * @param {string} after
 * @param {number} position in UTF-16 units, as the result
 * @returns {number}
 */
export function moveCaret(before, after, position) {
  let shift = 0;
  for (const [start, end, text] of mergeDiff(before, after)) {
    if (position <= start) break;
    if (position < end) {
      const points = Array.from(text);
      const same = points.length === Array.from(before.slice(start, end)).length;
      const passed = same ? Array.from(before.slice(start, position)).length : points.length;
      return start + shift + points.slice(0, passed).join("").length;
    }
    shift += text.length - (end - start);
  }
  return position + shift;
}

/**
 * The changes that make `after` of `before`, in order, no two of them touching: by code points, else by words,
 * else one replacement of all between the common beginning and the common end.
 * @param {string} before
 * @param {string} after
 * @returns {MergeHunk[]}
 */
function mergeDiff(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  if (mergeSplits(before, start) || mergeSplits(after, start)) start--;
  let end = before.length;
  let other = after.length;
  while (end > start && other > start && before.charCodeAt(end - 1) === after.charCodeAt(other - 1)) end--, other--;
  if (mergeSplits(before, end) || mergeSplits(after, other)) end++, other++;
  const a = before.slice(start, end);
  const b = after.slice(start, other);
  if (!a || !b) return a || b ? [[start, end, b]] : [];
  let first = start;
  let from = Array.from(a);
  let to = Array.from(b);
  let blocks = mergeScript(from, to);
  if (!blocks) {
    while (first > 0 && !mergeIsGap(before[first - 1])) first--;
    let last = end;
    while (last < before.length && !mergeIsGap(before[last])) last++;
    last = Math.min(last + 1, before.length);
    from = mergeWords(before.slice(first, last));
    to = mergeWords(after.slice(first, after.length - before.length + last));
    blocks = mergeScript(from, to);
    if (!blocks) return [[start, end, b]];
  }
  const offsets = [first];
  for (const symbol of from) offsets.push(offsets[offsets.length - 1] + symbol.length);
  return blocks.map(([i, j, k, m]) => [offsets[i], offsets[j], to.slice(k, m).join("")]);
}

/** @param {string} unit */
function mergeIsGap(unit) {
  return unit === " " || unit === "\n";
}

/**
 * Whether a cut at this position would split a surrogate pair.
 * @param {string} text
 * @param {number} at
 */
function mergeSplits(text, at) {
  return (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

/**
 * Cut behind every space and every line end.
 * @param {string} text
 * @returns {string[]}
 */
function mergeWords(text) {
  return text.match(/[^ \n]*[ \n]|[^ \n]+/g) ?? [];
}

/**
 * The blocks in which `a` becomes `b` by the greedy algorithm of Myers (1986), or null when a limit is passed.
 * @param {string[]} a
 * @param {string[]} b
 * @returns {MergeBlock[] | null}
 */
function mergeScript(a, b) {
  const n = a.length;
  const m = b.length;
  if (Math.abs(n - m) > MERGE_EDIT_LIMIT) return null;
  const limit = Math.min(MERGE_EDIT_LIMIT, n + m);
  const middle = limit + 1;
  /** @type {number[]} */
  const reach = new Array(2 * limit + 3).fill(0);
  const trace = [];
  let steps = 0;
  for (let edits = 0; edits <= limit && steps <= MERGE_STEP_LIMIT; edits++) {
    trace.push(reach.slice(middle - edits - 1, middle + edits + 2));
    // A diagonal that has left the rectangle cannot come back: the search is narrowed at both sides.
    const last = edits - 2 * Math.max(0, edits - n);
    for (let k = -edits + 2 * Math.max(0, edits - m); k <= last; k += 2) {
      const down = k === -edits || (k !== edits && reach[middle + k - 1] < reach[middle + k + 1]);
      const begin = down ? reach[middle + k + 1] : reach[middle + k - 1] + 1;
      let x = begin;
      while (x < n && x - k < m && a[x] === b[x - k]) x++;
      steps += x - begin;
      reach[middle + k] = x;
      if (x >= n && x - k >= m) return mergeBlocks(trace, n, m);
    }
  }
  return null;
}

/**
 * Walk the search back from its end (x, y), joining edits that touch.
 * @param {number[][]} trace
 * @param {number} x
 * @param {number} y
 * @returns {MergeBlock[]}
 */
function mergeBlocks(trace, x, y) {
  /** @type {MergeBlock[]} */
  const blocks = [];
  for (let edits = trace.length - 1; edits > 0; edits--) {
    const reach = trace[edits];
    const k = x - y;
    const down = k === -edits || (k !== edits && reach[edits + k] < reach[edits + k + 2]);
    const fromX = down ? reach[edits + k + 2] : reach[edits + k];
    const fromY = fromX - (down ? k + 1 : k - 1);
    const endX = down ? fromX : fromX + 1;
    const endY = down ? fromY + 1 : fromY;
    const next = blocks[blocks.length - 1];
    if (next && next[0] === endX && next[2] === endY) {
      next[0] = fromX;
      next[2] = fromY;
    } else {
      blocks.push([fromX, endX, fromY, endY]);
    }
    x = fromX;
    y = fromY;
  }
  return blocks.reverse();
}
