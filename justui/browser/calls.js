// Calls of Python: packed when they are made, sent together when the page's script pauses, answered each to its caller.
// Knows numbers and kinds; what is called is the business of `server.js`, `topics.js` and `queues.js`.

import { packValue, unpackValue } from "./codec.js";
import { post } from "./events.js";
import { dropFunctions, forgetFunctions, keepFunction, pythonFunction, pythonFunctions } from "./functions.js";
import { empty, outgoing } from "./outgoing.js";
import { delivery } from "./patch.js";
import { link } from "./socket.js";

/** @typedef {{timeout?: number, wait?: boolean}} CallOptions seconds for the answer; whether one is wanted */
/** @typedef {{c: number, k: string, p?: string[], f?: number, v?: unknown}} CallJson */
/** @typedef {{calls: CallJson[], size: number, message?: import("./outgoing.js").Message}} CallBatch calls that are sent together */
/** @typedef {(error: Error | undefined, value?: any) => void} Answered */
/** @typedef {{call: CallJson, batch: CallBatch, label: string, error: Error, timer: number, done: Answered}} PendingCall */

const CALLS_LIMIT = 1000;
const CALLS_TOGETHER = 100;
const LONGEST_PATH = 16;
/** Bytes that a message has beside its calls: its number, and what was typed. */
const MESSAGE_SPARE = 10_000;
const LONGEST_TIMER = 2 ** 31 - 1;

/** @type {Map<number, PendingCall>} those that wait for an answer, by their numbers */
const pendingCalls = new Map();
let lastCall = 0;
/** @type {CallBatch} what is being collected */
let collecting = { calls: [], size: 0 };
/** Whether there was a connection and is none now, and for so long that nobody may hope for an answer. */
let isLost = false;
let isAway = false;
let graceTimer = 0;

/**
 * An error as Python would write it.
 * @param {string} type
 * @param {string} text
 * @param {Error} [error] made where the call was made, so that its stack leads there
 */
export function serverError(type, text, error = new Error()) {
  const message = text ? `${type}: ${text}` : type;
  const stack = error.stack?.replace(/^Error\b/, () => message);
  return Object.assign(error, { name: type, message, stack });
}

/**
 * Show an error that no caller waits for: in the console, and as an event of the window.
 * @param {string} what could not be done
 * @param {Error} error
 */
export function reportRefusal(what, error) {
  console.error(`justui: ${what}:`, error);
  dispatchEvent(new CustomEvent("justui:error", { detail: error }));
}

/**
 * Call something of Python's.
 * @param {string} kind
 * @param {string[] | number} path the names that lead to it, or the number of a function that was passed
 * @param {unknown} [value]
 * @param {CallOptions} [options]
 * @returns {Promise<any>} what it answers
 */
export function call(kind, path, value, options = {}) {
  return new Promise((resolve, reject) =>
    ask(kind, path, value, options, (error, answer) => error ? reject(error) : resolve(answer))
  );
}

/**
 * Call something of Python's, and be told in the moment in which the answer stands in the stream.
 * @param {string} kind
 * @param {string[] | number} path
 * @param {unknown} value
 * @param {CallOptions} options
 * @param {Answered} [done] without it no answer is wanted
 * @throws {Error} for what cannot be sent; without `done` also when there is no connection
 */
export function ask(kind, path, value, { timeout }, done) {
  const label = `${kind} ${typeof path === "number" ? "of a function" : path.join(".")}`;
  if (isAway || (isLost && !done)) {
    const error = serverError("Gone", `there is no connection for ${label}`);
    if (!done) throw error;
    return queueMicrotask(() => done(error));
  }
  if (typeof path !== "number" && path.length > LONGEST_PATH) throw new RangeError(`${label} has too many names`);
  if (outgoing.full || pendingCalls.size >= CALLS_LIMIT) throw new RangeError(`too many calls wait: no ${label}`);
  /** @type {number[]} */
  const lent = [];
  try {
    const keep = (/** @type {Function} */ fn) => lent[lent.push(keepFunction(fn)) - 1];
    const { v, blobs } = packValue(value, keep);
    const call = { c: done ? ++lastCall : 0, k: kind, [typeof path === "number" ? "f" : "p"]: path, v };
    const size = measureCall(call, blobs, label);
    // Bytes are counted by message, so such a call has one of its own.
    if (blobs.length || collecting.calls.length >= CALLS_TOGETHER || collecting.size + size > largestCall()) {
      flushCalls();
    }
    // Two hops: what is read by `await` in the same turn is asked for one hop later.
    if (collecting.calls.push(call) === 1) queueMicrotask(() => queueMicrotask(flushCalls));
    collecting.size += size;
    if (done) {
      const milliseconds = Math.min(Number(timeout) * 1000, LONGEST_TIMER);
      const timer = timeout === undefined ? 0 : setTimeout(timeOut, milliseconds, call.c, timeout);
      pendingCalls.set(call.c, { call, batch: collecting, label, error: new Error(), timer, done });
    }
    if (blobs.length) flushCalls(blobs);
  } catch (error) {
    forgetFunctions(lent);
    throw error;
  }
}

/** Bytes that a call may have. */
function largestCall() {
  return (link.boot?.frame ?? 1_000_000) - MESSAGE_SPARE;
}

/**
 * @param {CallJson} call
 * @param {Uint8Array[]} blobs
 * @param {string} label
 */
function measureCall(call, blobs, label) {
  const text = JSON.stringify(call);
  const size = blobs.reduce((sum, blob) => sum + blob.length + 4, new TextEncoder().encode(text).length);
  if (size > largestCall()) throw new RangeError(`${label} has ${size} bytes, the server takes ${largestCall()}`);
  return size;
}

/**
 * Let the calls that were collected become one message.
 * @param {Uint8Array[]} [blobs]
 */
export function flushCalls(blobs) {
  const batch = collecting;
  collecting = { calls: [], size: 0 };
  if (!batch.calls.length) return;
  if (post(0, "call", { c: batch.calls }, blobs)) batch.message = outgoing.messages.at(-1);
  else for (const { c } of [...batch.calls]) settleCall(c, new RangeError("too many messages wait to be sent"));
}

/**
 * The answer to a call.
 * @param {number} c
 * @param {unknown} value
 * @param {{type: string, text: string}} [error]
 */
export function takeReply(c, value, error) {
  const pending = pendingCalls.get(c);
  // Unpacked in any case: functions in an answer that nobody waits for any more are free again.
  const answer = unpackArrived(value);
  if (pending) settleCall(c, error && serverError(error.type, error.text, pending.error), answer);
}

/**
 * A value that has come with the present frame.
 * @param {unknown} value
 */
export function unpackArrived(value) {
  return unpackValue(value, delivery.blobs, (kind, [id]) => kind === "f" ? pythonFunction(id) : null);
}

/**
 * @param {number} c
 * @param {Error | undefined} error
 * @param {unknown} [value]
 */
function settleCall(c, error, value) {
  const pending = pendingCalls.get(c);
  if (!pending) return;
  pendingCalls.delete(c);
  clearTimeout(pending.timer);
  pending.done(error, value);
}

/**
 * Do not wait any more for a call. One that the server does not have yet never runs.
 * @param {number} c
 * @param {string} type of the error
 * @param {(label: string) => string} say its text
 */
function giveUpCall(c, type, say) {
  const pending = pendingCalls.get(c);
  if (!pending) return;
  const { call, batch: { calls, message }, label, error } = pending;
  calls.splice(calls.indexOf(call) >>> 0, 1);
  // Its message may be changed although it has a number: a server that has it already ignores it when it comes again.
  if (message && !calls.length) empty(message);
  settleCall(c, serverError(type, say(label), error));
}

/**
 * @param {number} c
 * @param {number} seconds
 */
function timeOut(c, seconds) {
  giveUpCall(c, "RemoteTimeout", (label) => `no answer to ${label} within ${seconds} s`);
}

/** @param {string} text what happened before the answer */
function giveUpAll(text) {
  for (const c of pendingCalls.keys()) giveUpCall(c, "Gone", (label) => `${text} before ${label} was answered`);
}

function awaitConnection() {
  clearTimeout(graceTimer);
  graceTimer = setTimeout(() => {
    isAway = true;
    giveUpAll("the connection was lost");
  }, (link.boot?.grace ?? 60) * 1000);
}

/** @param {"connect" | "disconnect" | "gone"} change of the connection */
function followLink(change) {
  isLost = change !== "connect";
  if (change === "gone") {
    dropFunctions();
    giveUpAll("the server lost this page");
  } else if (isLost) awaitConnection();
  else {
    isAway = false;
    clearTimeout(graceTimer);
    // What was too large for the server has been taken out of its message.
    for (const [c, { batch: { message } }] of pendingCalls) {
      if (message && !message.event) settleCall(c, new RangeError("the server does not take messages of this size"));
    }
  }
}

/** Watch the connection, and let Python's functions be called. */
export function startCalls() {
  link.watchers.push(followLink);
  if (!link.joined) awaitConnection();
  outgoing.gather = flushCalls;
  pythonFunctions.run = (id, values) => call("run", id, values);
  pythonFunctions.refuse = () => Promise.reject(serverError("Gone", "the server that gave this function has gone"));
  pythonFunctions.free = (ids) => post(0, "free", { f: ids });
}
