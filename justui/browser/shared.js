// Shared documents in this tab: one copy of each, kept in step with the server's, whatever happens to the connection.
// What is typed while it is away is merged when it is back. Knows no editor; docs/wire.md, "Shared documents", is the protocol.

import { delivery, operations } from "./patch.js";
import { post } from "./events.js";
import { idOf } from "./nodes.js";
import { link } from "./socket.js";
import { showNote } from "./notice.js";

/** @typedef {{d: number, g: string, l: string}} Said what the page says of a document: its number, which it is, and the server's life */
/** @typedef {{name: string, color: string, at: unknown}} Caret */
/** @typedef {any} Yjs the library */

const ORIGIN = "server";
const CARET_EVERY = 60;
/** Milliseconds after which a document is opened again that the server found a gap in. */
const AGAIN_AFTER = 300;
/** Milliseconds after which a gap has nothing to do with the one before. */
const FORGIVEN = 30_000;
/** Milliseconds that a text is kept which nobody shows and the server has not got. */
const KEPT = 60_000;

/** @type {Map<number, SharedDocument>} */
const sharedDocuments = new Map();

operations.z = (number, kind, ...values) => sharedDocuments.get(number)?.take(kind, values);

link.watchers.push((change) => {
  for (const shared of sharedDocuments.values()) shared.linkChanged(change);
});

/**
 * Where the others write, with the face that bindings of editors want (y-protocols' Awareness).
 */
export class Carets {
  /** @type {Map<string | number, {user: {name: string, color: string}, cursor: unknown}>} */
  states = new Map();
  /** @type {Map<string | number, {user: {name: string, color: string}, cursor: unknown}>} those that rest */
  resting = new Map();
  /** @type {{[field: string]: unknown}} */
  local = {};
  /** @type {Set<(change: {added: any[], updated: any[], removed: any[]}, origin: unknown) => void>} */
  listeners = new Set();

  /** @param {SharedDocument} shared */
  constructor(shared) {
    this.shared = shared;
    this.doc = shared.ydoc;
  }

  get clientID() {
    return this.doc.clientID;
  }

  /** The same for one of several editors here: where one has no caret, another's stays. */
  forOne() {
    return /** @type {Carets} */ (Object.assign(Object.create(this), { local: {} }));
  }

  getStates() {
    return this.states;
  }

  getLocalState() {
    return this.local;
  }

  /**
   * @param {string} field
   * @param {unknown} value
   */
  setLocalStateField(field, value) {
    this.local = { ...this.local, [field]: value };
    if (field !== "cursor" || (!value && this.shared.writer !== this)) return;
    this.shared.writer = this;
    this.shared.moveCaret(value);
  }

  /**
   * @param {string} _
   * @param {any} listener
   */
  on(_, listener) {
    this.listeners.add(listener);
  }

  /**
   * @param {string} _
   * @param {any} listener
   */
  off(_, listener) {
    this.listeners.delete(listener);
  }

  /** The connection is away: nobody knows where the others are. */
  rest() {
    const resting = new Map(this.states);
    this.take({}, true);
    this.resting = resting;
  }

  /** It is back: they are where they were, until the server says more. */
  wake() {
    for (const [tab, state] of this.resting) this.states.set(tab, state);
    this.tell({ added: [...this.resting.keys()], updated: [], removed: [] });
    this.resting = new Map();
  }

  /**
   * @param {{[tab: string]: Caret | null}} said
   * @param {boolean} all whether there are no others
   */
  take(said, all) {
    /** @type {{added: string[], updated: string[], removed: string[]}} */
    const change = { added: [], updated: [], removed: [] };
    for (const [tab, caret] of Object.entries(said)) {
      if (!caret) {
        if (this.states.delete(tab)) change.removed.push(tab);
        continue;
      }
      (this.states.has(tab) ? change.updated : change.added).push(tab);
      this.states.set(tab, { user: { name: caret.name, color: caret.color }, cursor: caret.at });
    }
    for (const tab of all ? [...this.states.keys()] : []) {
      if (typeof tab === "string" && !said[tab]) {
        this.states.delete(tab);
        change.removed.push(tab);
      }
    }
    this.tell(change);
  }

  /** @param {{added: any[], updated: any[], removed: any[]}} change */
  tell(change) {
    for (const listener of this.listeners) listener(change, ORIGIN);
  }
}

export class SharedDocument {
  /** Whether the server knows that the document is open here. */
  ready = false;
  /** Whether there may be something here that the server does not have. */
  behind = false;
  /** Whether it is to be opened once there is a connection. */
  wanted = false;
  /** The id of a component by which it was spoken of last. */
  lastId = 0;
  /** @type {Set<HTMLElement>} the components that show it */
  users = new Set();
  /** @type {Uint8Array[]} */
  queue = [];
  caretTimer = 0;
  /** Whether it has moved since the server was told. */
  caretMoved = false;
  /** @type {unknown} */
  caret = null;
  /** @type {Carets | undefined} of the editor in which the person was last */
  writer;
  /** @type {(() => void)[]} called when the text is there */
  opened = [];
  /** How often in a row the server found a gap, and when it did last. */
  gaps = 0;
  gapAt = 0;
  /** Called when what was written here has been refused: everything begins anew. */
  reset = () => {};
  isThere = false;

  /**
   * @param {Yjs} yjs
   * @param {Said} said
   */
  constructor(yjs, said) {
    this.yjs = yjs;
    /** By which the server knows that it is this copy which writes under its number, also on another connection. */
    this.word = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(12))));
    this.said = said;
    this.place = location.pathname;
    this.ydoc = new yjs.Doc();
    this.text = this.ydoc.getText("text");
    this.carets = new Carets(this);
    this.ydoc.on("update", (/** @type {Uint8Array} */ update, /** @type {unknown} */ origin) => {
      if (origin === ORIGIN) return;
      this.behind = true;
      if (!this.ready) return;
      if (!this.queue.length) queueMicrotask(() => this.flush());
      this.queue.push(update);
    });
    sharedDocuments.set(said.d, this);
  }

  /**
   * Whether this is the same document under another number: after a restart of the server, at the same address.
   * @param {Said} said
   */
  isSame(said) {
    return said.d === this.said.d && said.l === this.said.l ||
      said.g === this.said.g && said.l !== this.said.l && location.pathname === this.place;
  }

  /** @param {Said} said */
  rename(said) {
    if (said.d === this.said.d && said.l === this.said.l) return;
    sharedDocuments.delete(this.said.d);
    this.said = said;
    sharedDocuments.set(said.d, this);
    this.open();
  }

  /** Say what is here, and get the rest; when there is a connection. */
  open() {
    this.ready = false;
    this.queue = [];
    this.wanted = !link.joined;
    if (this.wanted) return;
    this.say("open", { c: this.ydoc.clientID, w: this.word }, "s", this.yjs.encodeStateVector(this.ydoc));
  }

  /** Nobody shows it any more. */
  close() {
    this.flush();
    clearTimeout(this.caretTimer);
    if (sharedDocuments.get(this.said.d) === this) {
      sharedDocuments.delete(this.said.d);
      post(0, "share", { i: this.lastId, d: this.said.d, k: "close" });
    }
    this.ydoc.destroy();
  }

  /**
   * Send what was written.
   * @param {string} [kind] as what; with what is said beside it
   * @param {{[name: string]: unknown}} [data]
   */
  flush(kind = "edit", data = {}) {
    const updates = this.queue;
    this.queue = [];
    if (!updates.length) return;
    if (!link.joined) return; // merged when the connection is back
    const update = updates.length > 1 ? this.yjs.mergeUpdates(updates) : updates[0];
    this.behind = !this.say(kind, data, "u", update);
  }

  /**
   * @param {string} kind
   * @param {{[name: string]: unknown}} data
   * @param {string} [name] of the bytes
   * @param {Uint8Array} [bytes]
   * @returns {number} 0 when there is no room for it
   */
  say(kind, data, name, bytes) {
    const said = { i: this.lastId = [...this.users].map(idOf).find(Boolean) ?? 0, d: this.said.d };
    let o = 0;
    for (; bytes && name === "u" && bytes.length - o > partSize(); o += partSize()) {
      const [u, blobs] = packBytes(bytes.slice(o, o + partSize()));
      if (!post(0, "share", { ...said, k: "part", o, u }, blobs)) return 0;
    }
    const [value, blobs] = bytes ? packBytes(bytes.slice(o)) : [];
    return post(0, "share", { ...said, k: kind, ...data, ...(o && { o }), ...(name && { [name]: value }) }, blobs);
  }

  /** @param {unknown} caret */
  moveCaret(caret) {
    this.caret = caret;
    this.caretMoved = true;
    this.caretTimer ||= setTimeout(() => this.sendCaret(), CARET_EVERY);
  }

  sendCaret() {
    clearTimeout(this.caretTimer);
    this.caretTimer = 0;
    if (!this.ready || !link.joined) return; // said when the connection is back
    this.caretMoved = false;
    this.say("caret", { p: this.caret });
  }

  /** @param {"connect" | "disconnect" | "gone"} change */
  linkChanged(change) {
    if (change === "gone") {
      this.ready = false;
      this.behind = this.isThere; // what was on its way went with the server
      this.wanted = true; // also where it is the same server, which had waited for long enough
      this.carets.take({}, true);
      this.carets.resting.clear();
    } else if (change === "disconnect") this.carets.rest();
    else {
      this.carets.wake();
      if (this.wanted || (this.ready && this.behind)) this.open();
      else if (this.caretMoved) this.sendCaret();
    }
  }

  /**
   * @param {string} kind
   * @param {any[]} values
   */
  take(kind, values) {
    if (kind === "u") {
      this.apply(readBytes(values[0]));
      if (this.ready && this.ydoc.store.pendingStructs) this.open(); // it stands on what has not come
    } else if (kind === "p") this.carets.take(values[0], false);
    else if (kind === "o") this.takeOpened(readBytes(values[0]), readBytes(values[1]), values[2]);
    else if (kind === "a") {
      this.behind ||= this.isThere; // what was sent may not have been taken
      this.gaps = Date.now() - this.gapAt < FORGIVEN ? Math.min(this.gaps + 1, 4) : 0;
      this.gapAt = Date.now();
      setTimeout(() => this.open(), AGAIN_AFTER * Math.random() * 2 ** this.gaps);
    } else if (kind === "c") {
      this.ydoc.clientID = crypto.getRandomValues(new Uint32Array(1))[0];
      this.open();
    } else if (kind === "x") this.refuse(values[0]);
  }

  /** @param {Uint8Array} update */
  apply(update) {
    this.yjs.applyUpdate(this.ydoc, update, ORIGIN);
  }

  /**
   * @param {Uint8Array} update
   * @param {Uint8Array} state what the server has
   * @param {{[tab: string]: Caret}} carets
   */
  takeOpened(update, state, carets) {
    this.apply(update);
    this.ready = true;
    if (this.behind) {
      this.behind = !this.say("edit", {}, "u", this.yjs.encodeStateAsUpdate(this.ydoc, state));
    }
    this.isThere = true;
    this.carets.take(carets, true);
    for (const tell of this.opened.splice(0)) tell();
    if (this.caret) this.sendCaret();
  }

  /** @param {string} reason */
  refuse(reason) {
    showNote({ text: `${reason} What you wrote last was taken back.`, kind: "warning" });
    sharedDocuments.delete(this.said.d);
    this.ready = this.behind = false;
    this.reset();
  }
}

/**
 * The copy of a document here, made when the first component wants it.
 * @param {Yjs} yjs
 * @param {Said} said
 * @param {HTMLElement} user
 */
export function shareDocument(yjs, said, user) {
  let shared = [...sharedDocuments.values()].find((one) => one.isSame(said));
  const isNew = !shared;
  shared ??= new SharedDocument(yjs, said);
  shared.users.add(user);
  if (isNew) shared.open();
  else shared.rename(said);
  return shared;
}

/**
 * A component does not show it any more.
 * @param {SharedDocument} shared
 * @param {HTMLElement} user
 */
export function leaveDocument(shared, user) {
  shared.users.delete(user);
  if (shared.users.size) return;
  // What the server does not have yet waits for a component that shows the same text again.
  if (link.joined && !shared.behind) shared.close();
  else setTimeout(() => !shared.users.size && shared.close(), KEPT);
}

/** Bytes of an update that travel in one frame; those of larger ones go in parts. */
function partSize() {
  return (link.boot?.frame ?? 1_000_000) >> 1;
}

/**
 * @param {Uint8Array} bytes
 * @returns {[unknown, Uint8Array[] | undefined]} the value for the text of the frame, and what travels beside it
 */
function packBytes(bytes) {
  if (bytes.length > 400) return [{ $: ["b", 0] }, [bytes]];
  return [btoa(String.fromCharCode(...bytes)), undefined];
}

/** @param {any} value */
function readBytes(value) {
  if (typeof value !== "string") return delivery.blobs[value.$[1]];
  return Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
}
