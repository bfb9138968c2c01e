// The events that the server has not acknowledged yet, in order, each with its number.
// Never changes a message once it has a number: it is sent again as it was. Knows no socket and no DOM.

/**
 * @typedef {{n: number, fields: import("./wire.js").FieldJson[], id: number, event: string,
 *   data: import("./wire.js").EventData, blobs?: Uint8Array[]}} Message
 */

const OUTGOING_LIMIT = 1000;

/**
 * Take what a message says out of it; its number stays in use, and its fields are sent.
 * @param {Message} message
 */
export function empty(message) {
  Object.assign(message, { id: 0, event: "", data: {}, blobs: undefined });
}

export class Outgoing {
  /** @type {Message[]} */
  messages = [];
  /** The number of the next message. */
  next = 1;
  /** Whether messages can leave now. */
  open = false;
  /** @type {(message: Message) => void} */
  transmit = () => {};
  /** Lets what is being collected become a message, before another one does. */
  gather = () => {};

  /** Whether there is no room for another message. */
  get full() {
    return this.messages.length >= OUTGOING_LIMIT;
  }

  /**
   * @param {import("./wire.js").FieldJson[]} fields
   * @param {number} id
   * @param {string} event
   * @param {import("./wire.js").EventData} data
   * @param {Uint8Array[]} [blobs] the bytes of values in `data`
   * @returns {number} its number
   */
  add(fields, id, event, data, blobs) {
    const message = { n: this.next++, fields, id, event, data, blobs };
    this.messages.push(message);
    if (this.open) this.transmit(message);
    return message.n;
  }

  /** Send again all that is not acknowledged, on a new socket. */
  resume() {
    this.open = true;
    for (const message of this.messages) this.transmit(message);
  }

  /**
   * The server has stored the messages up to and including number `n`.
   * @param {number} n
   */
  acknowledge(n) {
    const rest = this.messages.findIndex((message) => message.n > n);
    this.messages.splice(0, rest < 0 ? this.messages.length : rest);
  }

  /**
   * Empty the longest message, which the server cannot take; its number stays in use.
   * @returns {number} its number, 0 when there is none
   */
  dropLongest() {
    let length = 0;
    /** @type {Message | undefined} */
    let longest;
    for (const message of this.messages) {
      const bytes = message.blobs?.reduce((sum, blob) => sum + blob.length, 0) ?? 0;
      const size = JSON.stringify({ ...message, blobs: 0 }).length + bytes;
      if (size > length) [length, longest] = [size, message];
    }
    if (!longest) return 0;
    longest.fields = [];
    empty(longest);
    return longest.n;
  }

  /**
   * Begin anew with a server that knows nothing of this tab.
   * @returns {boolean} whether something that a person did is lost; texts are not, for they stand in their fields
   */
  restart() {
    const lost = this.messages.some((message) => message.id);
    this.messages = [];
    this.next = 1;
    return lost;
  }
}

export const outgoing = new Outgoing();
