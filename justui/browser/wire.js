// The one contract with the server: names of operations, frames, methods and close codes; docs/wire.md explains each.
// The mirror of wire.py, constant by constant; a test compares the two. Does nothing.

export const PROTOCOL = 1;

/** What an operation of a counted frame begins with. */
export const Operation = {
  TEXT: "t",
  ATTRIBUTES: "a",
  VALUE: "v",
  HTML: "w",
  INSERT: "i",
  MOVE: "m",
  REMOVE: "r",
  SHOW: "n",
  HIDE: "h",
  PAGE: "p",
  STORED: "k",
  DO: "d",
  FAULT: "x",
  STATE: "s",
  NOTE: "o",
  SHEET: "y",
  RUN: "j",
  REPLY: "b",
  CALL: "c",
  LET_GO: "g",
  TOPIC: "q",
  QUEUE: "u",
  LOAD: "l",
  SHARED: "z",
  GO: "f",
};

/** What a frame from the browser begins with. */
export const Frame = {
  JOIN: "j",
  EVENT: "e",
  ACKNOWLEDGE: "k",
  BYE: "bye",
};

/** Close codes of the socket. */
export const Close = {
  HOSTILE: 4000,
  GONE: 4001,
  REPLACED: 4002,
  REFUSED: 4003,
  TOO_LARGE: 1009,
  RESTART: 1012,
  AGAIN: 1013,
};

/** What a DO operation may call on an element, with the DOM's name for it. */
export const METHODS = {
  focus: "focus",
  blur: "blur",
  select: "select",
  click: "click",
  scroll_into_view: "scrollIntoView",
  show_modal: "showModal",
  close: "close",
  show_popover: "showPopover",
  hide_popover: "hidePopover",
  play: "play",
  pause: "pause",
  reset: "reset",
};

/**
 * A component as the server describes it: id, tag (none: a text), namespace, attributes, leading text, raw content,
 * value of a field, children, and whether only a placeholder stands for it.
 * @typedef {{j: number, t?: string, n?: string, a?: Attributes, x?: string, w?: string, v?: Value, c?: NodeJson[], h?: 1}} NodeJson
 */
/** @typedef {{[name: string]: string | true | null}} Attributes */
/** @typedef {string | boolean | string[]} Value the value of a field */
/** @typedef {[name: string, ...values: any[]]} OperationJson */
/** @typedef {[id: number, from: Value, to?: string, carried?: 1]} FieldJson */
/** @typedef {{[name: string]: any}} EventData */

/**
 * A frame with bytes beside it, as one binary message: each part behind its length.
 * @param {string} text
 * @param {Uint8Array[]} blobs
 * @returns {ArrayBuffer}
 */
export function joinMessage(text, blobs) {
  const parts = [new TextEncoder().encode(text), ...blobs];
  const message = new Uint8Array(parts.reduce((size, part) => size + 4 + part.length, 0));
  const view = new DataView(message.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.length);
    message.set(part, at + 4);
    at += 4 + part.length;
  }
  return message.buffer;
}

/**
 * The frame of a message, and the bytes beside it.
 * @param {string | ArrayBuffer} message
 * @returns {[frame: any, blobs: Uint8Array[]]}
 */
export function splitMessage(message) {
  if (typeof message === "string") return [JSON.parse(message), []];
  /** @type {Uint8Array[]} */
  const parts = [];
  const view = new DataView(message);
  for (let at = 0; at < message.byteLength; at += 4 + view.getUint32(at)) {
    parts.push(new Uint8Array(message, at + 4, view.getUint32(at)));
  }
  return [JSON.parse(new TextDecoder().decode(parts[0])), parts.slice(1)];
}
