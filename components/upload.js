// The browser half of `Upload`: takes files that are chosen, dropped or pasted, sends them into a folder of the server's,
// says how far each is, and goes on after a drop where it was. Runs no handlers: the server knows what has arrived.

import { sender } from "../justui/browser/files.js";

/** @typedef {"waiting" | "sending" | "sent" | "failed" | "cancelled"} Stage */
/**
 * One file on its way. `offset`: bytes that the server is known to have; undefined before it knows of the file. `unsure`:
 * whether it has to be asked for that. `piece`: the most that is sent at once. `refusal`: the status of the server's no.
 * @typedef {{element: HTMLElement, file: File, name: string, id: string, stage: Stage, offset: number | undefined, unsure: boolean,
 *   piece: number, failures: number, restarts: number, refusal: number, abort: AbortController, wake: () => void, row: Row}} Sending
 */
/** @typedef {{box: HTMLElement, bar: HTMLProgressElement, said: HTMLElement, buttons: HTMLElement}} Row */
/** @typedef {{status: number, text: string, offset: number | undefined, whole: boolean}} Answer */

const MARK = "[data-half~=upload]";
const AT_ONCE = 2;
/** So much goes first, so that a file of a wrong type is refused before all of it is sent. */
const FIRST_PIECE = 65_536;
/** Not all at once: what the browser calls sent may still be in its buffers. */
const LARGE_PIECE = 4_194_304;
/** Pieces where a proxy takes no larger ones. */
const SMALL_PIECE = 524_288;
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 10_000];
const TRIES_MOST = 14;
const RESTARTS_MOST = 5;
const STANDSTILL = 30_000;
const PASSING = /^(0|408|425|429|5\d\d)$/;
/** Refusals that are the same the next time. */
const FINAL = /^(404|413|415)$/;
/** @type {{[status: number]: string}} what is said where the server gives no reason that a person can read */
const REASONS = {
  401: "Log in first, then try again.",
  403: "You may not send files here.",
  404: "Nothing takes files here any more. Load the page again.",
  409: "There is a file of this name already.",
  413: "This file is too large.",
  415: "Files of this type are not taken here.",
  507: "The server has no room for files now. Try again later.",
};
const SHEET = `
.ui-upload-list { list-style: none; margin: .75rem 0 0; padding: 0; display: grid; gap: .5rem }
.ui-upload-list:empty { display: none }
.ui-upload-list > li { display: grid; grid-template-columns: 1fr auto; gap: .15rem .75rem; align-items: center; margin: 0; padding: .5rem .75rem;
  border: 1px solid var(--line, #8886); border-radius: .6rem; background: var(--surface, #8881) }
.ui-upload-name { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 550 }
.ui-upload-said { grid-column: 1 / -1; font-size: .875rem; line-height: 1.35; color: var(--muted, GrayText); font-variant-numeric: tabular-nums }
.ui-upload-list progress { grid-column: 1 / -1; width: 100%; height: .4rem; margin: .15rem 0 0; accent-color: var(--accent, auto) }
.ui-upload-buttons { display: flex; flex-wrap: wrap; gap: .35rem; justify-content: end }
.ui-upload-buttons > button { min-height: 2.2rem; margin: 0; padding: .2rem .7rem; font-size: .875rem }
[data-stage=sent] > .ui-upload-said { color: var(--good, #1e7a46) }
[data-stage=failed] { border-color: var(--bad, #c62828) !important }
[data-stage=failed] > .ui-upload-said { color: var(--bad, #c62828) }
:is([data-stage=sent], [data-stage=failed]) > progress { display: none }
.ui-upload-live { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
`;

/** @type {Sending[]} */
const sendings = [];

/**
 * @param {EventTarget | null} node
 * @returns {HTMLElement | null} the upload around a node
 */
function uploadOf(node) {
  return node instanceof Element ? node.closest(MARK) : null;
}

/** @param {HTMLElement} element */
function inputOf(element) {
  return /** @type {HTMLInputElement} */ (element.querySelector("input[type=file]"));
}

const chosenFiles = /** @type {() => FileList | null} */ (
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "files")?.get
);

/**
 * The files of an upload are ours to send: where an element around it, a form as a rule, has a handler for `change`, the page
 * would send them with that event, too.
 * @param {HTMLInputElement} input
 */
function keepFiles(input) {
  Object.defineProperty(input, "files", { configurable: true, get: () => new DataTransfer().files });
}

/** @param {Event} event before somebody chooses */
function onClick({ target }) {
  const input = uploadOf(target) && inputOf(/** @type {HTMLElement} */ (uploadOf(target)));
  if (input) keepFiles(input);
}

/** @param {HTMLElement} element */
function isOpen(element) {
  return !inputOf(element)?.matches(":disabled");
}

// Taking files

/**
 * @param {HTMLElement} element
 * @param {File[]} files
 */
function takeFiles(element, files) {
  const { multiple } = inputOf(element);
  const most = multiple ? Number(element.dataset.most) || Infinity : 1;
  let taken = 0;
  for (const sending of [...sendings]) {
    if (sending.element !== element) continue;
    if (!multiple && /waiting|sending/.test(sending.stage)) cancel(sending);
    else if (sending.stage === "sent" || !multiple) sending.row.box.remove();
    if (multiple && /waiting|sending/.test(sending.stage)) taken++;
  }
  for (const file of files) {
    const sending = add(element, file);
    if (++taken > most) {
      fail(sending, most === 1 ? "One file is taken here." : `At most ${most} files are taken at once.`, 0, false);
    }
  }
  sendNext();
}

/**
 * @param {HTMLElement} element
 * @param {File} file
 * @returns {Sending}
 */
function add(element, file) {
  /** @type {Sending} */
  const sending = {
    element,
    file,
    name: "unique" in element.dataset ? otherName(file.name, randomHex(4)) : file.name,
    id: randomHex(16),
    stage: "waiting",
    offset: undefined,
    unsure: false,
    piece: FIRST_PIECE,
    failures: 0,
    restarts: 0,
    refusal: 0,
    abort: new AbortController(),
    wake() {},
    row: makeRow(element, file),
  };
  sendings.push(sending);
  show(sending, `${saidSize(file.size)}, waiting`);
  return sending;
}

/** @param {number} bytes */
function randomHex(bytes) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (one) => one.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} name
 * @param {string} addition
 */
function otherName(name, addition) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)}-${addition}${name.slice(dot)}` : `${name}-${addition}`;
}

/** @param {number} size */
function saidSize(size) {
  const [factor, unit] = size < 1e3 ? [1, "bytes"] : size < 1e6 ? [1e3, "kB"] : size < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${+(size / factor).toPrecision(3)} ${unit}`;
}

// What is shown

/**
 * @param {HTMLElement} element
 * @param {File} file
 * @returns {Row}
 */
function makeRow(element, file) {
  const box = document.createElement("li");
  const name = part("span", "ui-upload-name", file.name);
  name.title = file.name;
  const said = part("span", "ui-upload-said");
  const buttons = part("span", "ui-upload-buttons flex");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  box.append(name, buttons, said, bar);
  partsOf(element).list.append(box);
  return { box, bar, said, buttons };
}

/**
 * @param {string} tag
 * @param {string} look
 * @param {string} [text]
 */
function part(tag, look, text = "") {
  const node = document.createElement(tag);
  node.className = look;
  node.textContent = text;
  return node;
}

/** @param {HTMLElement} element */
function partsOf(element) {
  let list = element.querySelector(".ui-upload-list");
  let live = element.querySelector(".ui-upload-live");
  if (!list || !live) {
    list = part("ul", "ui-upload-list");
    list.setAttribute("aria-label", "Files");
    live = part("p", "ui-upload-live");
    live.setAttribute("role", "status");
    element.append(list, live);
  }
  return { list, live };
}

/**
 * @param {Sending} sending
 * @param {string} text
 */
function show(sending, text) {
  const { row, stage } = sending;
  row.box.dataset.stage = stage;
  row.said.textContent = text;
  const wanted = buttonsFor(sending);
  // The same ones stay: one may have the focus.
  if (
    wanted.map(([label]) => label).join("\n") === [...row.buttons.children].map((one) => one.textContent).join("\n")
  ) return;
  const focused = row.buttons.contains(document.activeElement);
  row.buttons.replaceChildren(...wanted.map(([label, act]) => makeUploadButton(sending, label, act)));
  if (focused) /** @type {HTMLElement} */ (row.buttons.firstChild ?? inputOf(sending.element)).focus();
}

/**
 * @param {Sending} sending
 * @returns {[string, () => void][]}
 */
function buttonsFor(sending) {
  const { stage, refusal } = sending;
  /** @type {[string, () => void]} */
  const dismiss = ["Dismiss", () => forget(sending)];
  if (stage === "waiting" || stage === "sending") return [["Cancel", () => cancel(sending)]];
  if (stage !== "failed") return [dismiss];
  if (refusal === 409) {
    const name = otherName(sending.file.name, randomHex(2));
    return [[`Send as ${name}`, () => again(sending, name)], dismiss];
  }
  return sending.row.box.dataset.final ? [dismiss] : [["Try again", () => again(sending)], dismiss];
}

/**
 * @param {Sending} sending
 * @param {string} label
 * @param {() => void} act
 */
function makeUploadButton(sending, label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-label", `${label}: ${sending.file.name}`);
  button.onclick = act;
  return button;
}

/**
 * @param {Sending} sending
 * @param {string} text
 */
function announce({ element, file }, text) {
  partsOf(element).live.textContent = `${file.name}: ${text}`;
}

/** @param {Sending} sending */
function forget(sending) {
  const { box } = sending.row;
  const next = box.nextElementSibling ?? box.previousElementSibling;
  if (box.contains(document.activeElement)) {
    /** @type {HTMLElement} */ (next?.querySelector("button") ?? inputOf(sending.element)).focus();
  }
  box.remove();
  if (sending.stage !== "sent") sendings.splice(sendings.indexOf(sending), 1);
}

/** @param {Sending} sending */
function cancel(sending) {
  const begun = sending.offset !== undefined || sending.unsure;
  sending.stage = "cancelled";
  sending.abort.abort();
  sending.wake();
  if (begun) ask(sending, "DELETE", {}, new AbortController().signal);
  announce(sending, "cancelled.");
  forget(sending);
  sendNext();
}

/**
 * @param {Sending} sending
 * @param {string} [name] another one
 */
function again(sending, name) {
  if (name) {
    sending.name = name;
    sending.row.box.querySelector(".ui-upload-name")?.replaceChildren(name);
  }
  sending.stage = "waiting";
  sending.failures = sending.restarts = sending.refusal = 0;
  delete sending.row.box.dataset.final;
  show(sending, "waiting");
  sendNext();
}

/**
 * @param {Sending} sending
 * @param {string} reason
 * @param {number} status
 * @param {boolean} [mendable] whether to try again may help
 */
function fail(sending, reason, status, mendable = true) {
  sending.stage = "failed";
  sending.refusal = status;
  if (!mendable) sending.row.box.dataset.final = "1";
  show(sending, reason);
  announce(sending, reason);
  const event = Object.assign(new Event("error"), { name: sending.file.name, reason, status });
  sending.element.dispatchEvent(event);
}

// Sending

function sendNext() {
  for (const sending of sendings) {
    const running = sendings.filter(({ stage }) => stage === "sending");
    if (running.length >= AT_ONCE) return;
    if (sending.stage === "waiting") run(sending);
  }
}

/** @param {Sending} sending */
async function run(sending) {
  sending.stage = "sending";
  progress(sending, sending.offset ?? 0);
  while (sending.stage === "sending") await step(sending);
  sendNext();
}

/**
 * One request, and what its answer means.
 * @param {Sending} sending
 */
async function step(sending) {
  const before = sending.offset;
  const size = sending.file.size;
  const kind = before === undefined && !sending.unsure ? "POST" : sending.unsure ? "HEAD" : "PATCH";
  const end = Math.min(size, (before ?? 0) + sending.piece);
  const whole = kind === "PATCH" ? end === size : size === 0;
  /** @type {{[name: string]: string}} */
  const headers = kind === "HEAD" ? {} : { "Upload-Complete": whole ? "?1" : "?0" };
  if (kind === "POST") headers["Upload-Length"] = String(size);
  if (kind === "PATCH") headers["Upload-Offset"] = String(before);
  const body = kind === "PATCH" ? sending.file.slice(before, end) : undefined;
  const answer = await ask(sending, kind, headers, sending.abort.signal, body);
  if (sending.stage !== "sending") return;
  const { status, text } = answer;
  if (answer.whole) return finish(sending);
  if (status === 204 && answer.offset !== undefined) {
    sending.unsure = false;
    sending.offset = answer.offset;
    if (answer.offset > (before ?? 0)) sending.failures = 0;
    if (kind === "PATCH" && sending.piece === FIRST_PIECE) sending.piece = LARGE_PIECE;
    return progress(sending, answer.offset);
  }
  if (kind !== "POST" && status === 404) return startAnew(sending);
  const html = /^\s*</.test(text);
  if (status === 413 && html && sending.piece > SMALL_PIECE) {
    sending.piece = SMALL_PIECE; // it is a proxy who does not take so much at once
    sending.unsure = true;
    return;
  }
  if (PASSING.test(String(status)) || (kind === "PATCH" && (status === 409 || status === 400))) {
    sending.unsure = kind !== "POST" || !status;
    return pause(sending, status);
  }
  const own = html || text.length > 300 ? "" : text.replaceAll(sending.name, sending.file.name);
  const reason = own || REASONS[status];
  sending.offset = undefined;
  sending.unsure = false;
  fail(
    sending,
    reason ?? "The server did not take this file. Perhaps you have to log in again.",
    status,
    !FINAL.test(String(status)),
  );
}

/** @param {Sending} sending */
function startAnew(sending) {
  sending.unsure = false;
  sending.offset = undefined;
  if (++sending.restarts > RESTARTS_MOST) fail(sending, "This file could not be sent.", 404);
}

/** @param {Sending} sending */
function finish(sending) {
  sending.stage = "sent";
  show(sending, `${saidSize(sending.file.size)}, sent`);
  const others = sendings.some(({ element, stage }) => element === sending.element && /waiting|sending/.test(stage));
  announce(sending, others ? "sent." : "sent. All files have been sent.");
}

/**
 * @param {Sending} sending
 * @param {number} done bytes
 */
function progress(sending, done) {
  const { file, row } = sending;
  row.bar.value = file.size ? done / file.size : 0;
  const share = file.size ? Math.floor(100 * done / file.size) : 0;
  show(sending, `${saidSize(file.size)}, ${share} %`);
}

/**
 * Wait a while, shorter when the network or the person is back.
 * @param {Sending} sending
 * @param {number} status
 */
async function pause(sending, status) {
  const delay = RETRY_MS[Math.min(sending.failures, RETRY_MS.length - 1)] * (0.75 + Math.random() / 2);
  if (++sending.failures > TRIES_MOST) {
    return fail(sending, status ? "The server does not take this file now." : "The connection is lost.", status);
  }
  if (sending.failures === 2) announce(sending, "the connection is lost. It goes on when that is back.");
  show(sending, status ? "The server is busy. It is tried again." : "Connection lost. It goes on when that is back.");
  await new Promise((resume) => {
    const timer = navigator.onLine ? setTimeout(resume, delay) : 0;
    sending.wake = () => {
      clearTimeout(timer);
      resume(undefined);
    };
  });
  sending.wake = () => {};
}

/**
 * One request. By this old interface, for a fetch does not tell how far it is.
 * @param {Sending} sending
 * @param {string} method
 * @param {{[name: string]: string}} headers
 * @param {AbortSignal} signal
 * @param {Blob} [body]
 * @returns {Promise<Answer>}
 */
function ask(sending, method, headers, signal, body) {
  const { element, name, id, offset = 0 } = sending;
  const root = sender.socket.split("/_justui/")[0];
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open(method, `${root}${element.dataset.to}/${encodeURIComponent(name)}`);
    const said = {
      ...headers,
      "Upload-Id": id,
      "X-Justui-Tab": sender.token,
      "X-Justui-Upload": element.dataset.j ?? "",
    };
    for (const [header, value] of Object.entries(said)) request.setRequestHeader(header, value);
    let timer = 0;
    const stop = () => request.abort();
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(stop, STANDSTILL);
    };
    watch();
    if (body) {
      request.upload.onprogress = ({ loaded }) => {
        watch();
        if (sending.stage === "sending") progress(sending, offset + loaded);
      };
    }
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      removeEventListener("offline", stop);
      const { status, responseText: text } = request;
      const number = status ? request.getResponseHeader("Upload-Offset") : null;
      resolve({
        status,
        text,
        offset: number === null ? undefined : Number(number),
        whole: status >= 200 && status < 300 && request.getResponseHeader("Upload-Complete") === "?1",
      });
    };
    signal.addEventListener("abort", stop);
    addEventListener("offline", stop);
    request.send(body);
  });
}

// Events of the page

/**
 * The files of a drop or a paste; folders cannot be sent.
 * @param {DataTransfer} transfer
 * @returns {File[]}
 */
function filesIn(transfer) {
  const files = [];
  for (const item of transfer.items) {
    const file = item.kind === "file" && !item.webkitGetAsEntry?.()?.isDirectory ? item.getAsFile() : null;
    if (file) files.push(file);
  }
  return files.length || transfer.items.length ? files : [...transfer.files];
}

/** @param {DragEvent} event */
function hasFiles(event) {
  return Boolean(event.dataTransfer?.types.includes("Files"));
}

let unmarkTimer = 0;

/** @param {HTMLElement | null} over */
function markTargets(over) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(MARK))) {
    element.toggleAttribute("data-near", isOpen(element));
    element.toggleAttribute("data-over", element === over && isOpen(element));
  }
  clearTimeout(unmarkTimer);
  unmarkTimer = setTimeout(unmarkTargets, 300); // no event says that the person has let go elsewhere
}

function unmarkTargets() {
  for (const element of document.querySelectorAll(`${MARK}[data-near], ${MARK}[data-over]`)) {
    element.removeAttribute("data-near");
    element.removeAttribute("data-over");
  }
}

/** @param {DragEvent} event */
function onDrag(event) {
  if (!hasFiles(event) || event.defaultPrevented) return;
  const element = uploadOf(event.target);
  if (!element && !document.querySelector(MARK)) return;
  markTargets(element);
  if (!element && uploadless(event.target)) return;
  // Beside the target nothing happens: else the browser would leave the page for the file.
  event.preventDefault();
  if (event.dataTransfer) event.dataTransfer.dropEffect = element && isOpen(element) ? "copy" : "none";
}

/** @param {EventTarget | null} node */
function uploadless(node) {
  return node instanceof Element && node.closest("input[type=file]") !== null;
}

/** @param {DragEvent} event */
function onDrop(event) {
  if (!hasFiles(event) || !event.dataTransfer || event.defaultPrevented) return;
  const element = uploadOf(event.target);
  unmarkTargets();
  if (!element && (uploadless(event.target) || !document.querySelector(MARK))) return;
  event.preventDefault();
  if (element && isOpen(element)) takeFiles(element, filesIn(event.dataTransfer));
}

/** @param {Event} event */
function onChange(event) {
  const element = uploadOf(event.target);
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (!element || input.type !== "file") return;
  const files = [...chosenFiles.call(input) ?? []];
  input.value = ""; // the same file may be chosen again, and a form around does not send it once more
  if (files.length) takeFiles(element, files);
}

/** @param {ClipboardEvent} event */
function onPaste(event) {
  const files = [...event.clipboardData?.files ?? []];
  const open = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(MARK))].filter(isOpen);
  const element = uploadOf(event.target) ?? (open.length === 1 ? open[0] : undefined);
  const writing = event.target instanceof Element &&
    event.target.closest("input:not([type=file]), textarea, [contenteditable]");
  if (!files.length || !element || !isOpen(element) || writing) return;
  event.preventDefault();
  takeFiles(element, files);
}

function onOnline() {
  for (const sending of sendings) {
    if (sending.stage === "sending") sending.wake();
    else if (sending.stage === "failed" && sending.refusal === 0 && !sending.row.box.dataset.final) again(sending);
  }
}

/** @param {BeforeUnloadEvent} event */
function onLeaving(event) {
  if (sendings.some(({ stage }) => stage === "waiting" || stage === "sending")) event.preventDefault();
}

function startUploads() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@layer base { ${SHEET} }`);
  document.adoptedStyleSheets.push(sheet);
  addEventListener("dragenter", onDrag);
  addEventListener("dragover", onDrag);
  addEventListener("drop", onDrop);
  addEventListener("click", onClick, true);
  addEventListener("change", onChange);
  addEventListener("paste", onPaste);
  addEventListener("online", onOnline);
  addEventListener("beforeunload", onLeaving);
  // What was chosen before this script was here.
  for (const input of document.querySelectorAll(`${MARK} input[type=file]`)) {
    keepFiles(/** @type {HTMLInputElement} */ (input));
    if (chosenFiles.call(input)?.length) {
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

// Another version of this script may be here already, when the page was renewed by a newer server.
const uploadsMark = Symbol.for("justui.upload");
if (!(uploadsMark in globalThis)) startUploads();
Object.assign(globalThis, { [uploadsMark]: true });
