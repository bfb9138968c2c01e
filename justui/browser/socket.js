// The connection: join, resume, count, acknowledge, come back, and fetch the page anew from a server that lost it.
// Never reloads the page. Knows frames; what is in them is the business of others.

import { Close, Frame, joinMessage, PROTOCOL, splitMessage } from "./wire.js";
import { fieldLimit, surveyFields, unsendFields } from "./fields.js";
import { outgoing } from "./outgoing.js";
import { firePending, sendFields } from "./events.js";
import { applyFrame, delivery, operations } from "./patch.js";
import { morphDocument } from "./morph.js";
import { here, pageNonce, watchAddress } from "./head.js";
import { sender } from "./files.js";
import { hideAway, showAway, showFault, showNote, showNotice } from "./notice.js";

/**
 * What the page's HTML says about the connection.
 * @typedef {{token: string, tab: string, socket: string, bridge: string, method: string, debug: boolean, protocol: number,
 *   longest: number, largest: number, frame: number, grace: number, policy?: string[]}} Boot
 */

/**
 * The connection, for the other scripts: whether the tab has joined, the boot data of its present life, and who is told
 * when that changes: "connect", "disconnect", or "gone" when the server has lost the tab.
 */
export const link = {
  joined: false,
  /** @type {Boot | undefined} */
  boot: undefined,
  /** @type {((change: "connect" | "disconnect" | "gone") => void)[]} */
  watchers: [],
  /** Shows the HTML of another page, and joins as its tab. */
  show: replacePage,
};

const RETRY_SECONDS = [0.2, 0.5, 1, 2, 4, 5];
const ACKNOWLEDGE_EVERY = 32;
const ACKNOWLEDGE_AFTER = 1000;
const TICK = 5000;
const FETCH_TIME = 30_000;
/** Seconds over which tabs come back to a server that went without a word. */
const RESTART_SPREAD = 5;
/** Ticks without a word from the server: while joining, and later. */
const JOIN_TICKS = 3;
const SILENT_TICKS = 9;
/** Milliseconds after which a socket is doubtful when the person or the network comes back. */
const DOUBTFUL = 25_000;

/** @type {Boot} */
let boot;
/** @type {WebSocket | undefined} */
let socket;
/** Counted frames seen so far, and how many of them the server knows of. */
let have = 0;
let told = 0;
let joined = false;
/** Failed attempts to connect, and fetches of the page, since the last join. */
let attempt = 0;
let renewals = 0;
/** Seconds over which the server wants its tabs to come back; 0: no wish. */
let spread = 0;
let ticks = 0;
let heard = 0;
let acknowledgeTimer = 0;
let retryTimer = 0;
/** @type {(() => void) | undefined} what is tried again, when the person asks for it too */
let retry;

/**
 * Seconds to wait before trying again.
 * @param {number} attempt how many have failed
 * @param {number} random from 0 to 1
 */
export function retryDelay(attempt, random) {
  const seconds = RETRY_SECONDS[Math.min(attempt, RETRY_SECONDS.length - 1)];
  return seconds * (1 + random / 2);
}

/**
 * The boot data of a page of ours.
 * @param {Document} page
 * @returns {Boot | undefined}
 */
export function readBoot(page) {
  const text = page.getElementById("justui-boot")?.textContent;
  return text ? JSON.parse(text) : undefined;
}

/**
 * Connect, and stay connected.
 * @param {Boot} data
 */
export function startConnection(data) {
  boot = link.boot = data;
  // By another address each time: a browser may remember that one could not be loaded.
  delivery.load = (tries) => import(`${boot.bridge}#${tries}`);
  fieldLimit.longest = data.longest;
  fieldLimit.tell = () =>
    showNote({ text: `A text has more than ${data.longest} letters. It is kept here, and not sent.`, kind: "warning" });
  operations.x = showFault;
  operations.o = showNote;
  outgoing.transmit = ({ n, fields, id, event, data, blobs }) => {
    settleCount();
    send([Frame.EVENT, n, have, fields, id, event, data], blobs);
  };
  watchAddress();
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.hidden ? sendFields() : wake());
  addEventListener("load", () => surveyFields() && sendFields());
  addEventListener("pageshow", (event) => event.persisted && connect());
  addEventListener("pagehide", (event) => {
    firePending();
    sendFields();
    if (!event.persisted) send([Frame.BYE]);
    disconnect();
  });
  setInterval(tick, TICK);
  connect();
}

function connect() {
  disconnect();
  Object.assign(sender, boot);
  const address = new URL(boot.socket, location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  ticks = 0;
  heard = Date.now();
  const opened = socket = new WebSocket(address);
  opened.binaryType = "arraybuffer";
  opened.onopen = () => {
    send([Frame.JOIN, PROTOCOL, boot.token, have]);
    outgoing.resume();
    surveyFields();
    sendFields();
  };
  opened.onmessage = ({ data }) => socket === opened && receive(...splitMessage(data));
  opened.onclose = ({ code, reason }) => socket === opened && lose(code, reason);
}

/** Let go of the socket, without waiting for its end. */
function disconnect() {
  clearTimeout(retryTimer);
  retry = undefined;
  joined = outgoing.open = false;
  changeLink(false);
  const old = socket;
  socket = undefined;
  old?.close();
}

/**
 * @param {unknown[]} frame
 * @param {Uint8Array[]} [blobs]
 */
function send(frame, blobs) {
  if (socket?.readyState !== WebSocket.OPEN) return;
  const text = JSON.stringify(frame);
  socket.send(blobs?.length ? joinMessage(text, blobs) : text);
}

/** @param {boolean} joined */
function changeLink(joined) {
  if (link.joined === joined) return;
  link.joined = joined;
  for (const watcher of link.watchers) watcher(joined ? "connect" : "disconnect");
}

/** The server is being told how many frames are here. */
function settleCount() {
  told = have;
  clearTimeout(acknowledgeTimer);
  acknowledgeTimer = 0;
}

function acknowledge() {
  settleCount();
  send([Frame.ACKNOWLEDGE, have]);
}

/**
 * @param {any} frame
 * @param {Uint8Array[]} blobs
 */
function receive(frame, blobs) {
  ticks = 0;
  heard = Date.now();
  if (!Array.isArray(frame)) return control(frame);
  have++;
  applyFrame(frame, blobs);
  if (have - told >= ACKNOWLEDGE_EVERY) acknowledge();
  else if (!acknowledgeTimer) acknowledgeTimer = setTimeout(acknowledge, ACKNOWLEDGE_AFTER);
}

/** @param {{hi?: number, gone?: string, beat?: 1, back?: number, refused?: string}} frame */
function control({ hi, gone, beat, back, refused }) {
  if (beat) acknowledge();
  if (back !== undefined) spread = back;
  if (hi !== undefined) {
    have = told = hi;
    joined = true;
    attempt = renewals = spread = 0;
    hideAway();
    changeLink(true);
  }
  if (gone === "protocol") giveUp("This page is of an older version.");
  else if (gone !== undefined) renewSoon();
  if (refused !== undefined) giveUp(refused, connectNow);
}

/**
 * The socket is closed.
 * @param {number} code
 * @param {string} reason
 */
function lose(code, reason) {
  if (code === Close.REFUSED) return giveUp(reason || "The server refuses the connection.", connectNow);
  if (code === Close.TOO_LARGE) {
    unsendFields(outgoing.dropLongest());
    showNote({ text: "That was too large to be sent.", kind: "warning" });
  }
  if (code === Close.RESTART) spread ||= RESTART_SPREAD;
  // After a hostile frame, sending the same again would not help; a tab that was replaced is another one's now.
  if (code === Close.HOSTILE || code === Close.GONE || code === Close.REPLACED) renewSoon();
  else again(connect);
}

/**
 * Try something after a while, or when the person or the network comes back.
 * @param {() => void} action
 */
function again(action) {
  disconnect();
  retry = action;
  retryTimer = setTimeout(action, 1000 * (spread ? spread * Math.random() : retryDelay(attempt, Math.random())));
  attempt++;
  spread = 0;
  showAway(tryNow);
}

/** Renew at once, but not in a loop. */
function renewSoon() {
  if (renewals++) return again(renew);
  disconnect();
  showAway(tryNow);
  renew();
}

const tryNow = { label: "Try now", act: wake };
const connectNow = { label: "Try now", act: connect };
const loadNow = { label: "Load the page", act: () => location.replace(location.pathname + location.search) };

/** The person or the network is back. */
function wake() {
  if (retry) {
    clearTimeout(retryTimer);
    retry();
  } else if (socket && !document.hidden && Date.now() - heard > DOUBTFUL) {
    // Frames that came while the page slept are delivered first.
    setTimeout(() => Date.now() - heard > DOUBTFUL && connect(), 500);
  }
}

function tick() {
  if (socket && ++ticks >= (joined ? SILENT_TICKS : JOIN_TICKS)) again(connect);
}

/**
 * Do not try by itself any more.
 * @param {string} text
 * @param {import("./notice.js").NoticeButton} [button]
 */
function giveUp(text, button = loadNow) {
  disconnect();
  showNotice(text, button);
}

/** Fetch the page anew, put it in place of this one, and join again. */
async function renew() {
  retry = undefined;
  if (boot.method !== "GET") return giveUp("The server has lost this page.");
  const address = here();
  try {
    const response = await fetchPage(address, "follow");
    const html = await response.text();
    if (socket) return; // another page has been shown meanwhile
    if (/^50[234]$/.test(String(response.status))) again(renew);
    else if (response.redirected && response.url !== address) location.assign(response.url);
    else if (response.headers.get("Content-Type")?.startsWith("text/html")) replacePage(html);
    else giveUp(`The page cannot be shown (${response.status}).`);
  } catch (error) {
    console.warn("justui:", error);
    // A way to another origin cannot be followed by a script: the person takes it.
    const other = await fetchPage(address, "manual").catch(() => null);
    if (other?.type === "opaqueredirect") location.assign(address);
    else again(renew);
  }
}

/**
 * @param {string} address
 * @param {RequestRedirect} redirect
 */
function fetchPage(address, redirect) {
  const signal = AbortSignal.timeout(FETCH_TIME);
  return fetch(address, {
    credentials: "same-origin",
    cache: "no-store",
    headers: { Accept: "text/html" },
    redirect,
    signal,
  });
}

/** @param {string} html */
function replacePage(html) {
  // The policy of this document has its own nonce.
  const nonce = pageNonce();
  const allowed = html.replace(/(<(?:style|link|script)\b[^>]* nonce=")[^"]*/g, (_, start) => start + nonce);
  const page = new DOMParser().parseFromString(allowed, "text/html");
  const fresh = readBoot(page);
  if (fresh && fresh.protocol !== PROTOCOL) return giveUp("This page is of an older version.");
  surveyFields();
  firePending();
  morphDocument(page);
  for (const watcher of link.watchers) watcher("gone");
  if (outgoing.restart()) {
    showNote({ text: "The server was restarted. Your last action may be lost.", kind: "warning" });
  }
  if (!fresh) return hideAway();
  have = told = 0;
  boot = link.boot = fresh;
  connect();
}
