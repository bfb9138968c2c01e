// Sends the files that a person has chosen, one request each, before the event that they belong to.
// The event leaves when they are all there; other events do not wait for it. Knows no handlers.

import { idOf } from "./nodes.js";
import { outgoing } from "./outgoing.js";
import { showBox, showNote } from "./notice.js";

/** @typedef {[input: HTMLInputElement, file: File]} Chosen */
/** @typedef {{sending?: AbortController}} Sending what one handler of one element is sending now */

const SHOWN_AFTER = 1000;
const WAIT = 1000;
const TRIES = 3;

/** Whose files these are, and where they go: what the page says about its connection. */
export const sender = { token: "", socket: "", largest: Infinity };

/**
 * The files that go with an event: of the input that changed, or of all inputs of the form that is submitted.
 * @param {Event} event
 * @returns {Chosen[]}
 */
export function filesOf({ type, target }) {
  const inputs = type === "submit"
    ? /** @type {Element} */ (target).querySelectorAll("input")
    : /^(change|input)$/.test(type)
    ? [target]
    : [];
  return /** @type {HTMLInputElement[]} */ ([...inputs]).flatMap((input) =>
    idOf(input) && !input.disabled ? Array.from(input.files ?? [], (file) => /** @type {Chosen} */ ([input, file])) : []
  );
}

/**
 * Send files, then call `done` with their numbers; with those that were sent when one failed. A newer choice takes the place of one that is being sent; the same
 * form cannot be submitted twice meanwhile.
 * @param {Chosen[]} files
 * @param {Sending} holder
 * @param {boolean} isSubmit
 * @param {(numbers: number[], failed?: boolean) => void} done
 */
export async function sendFiles(files, holder, isSubmit, done) {
  if (holder.sending && isSubmit) return;
  holder.sending?.abort();
  const sending = holder.sending = new AbortController();
  /** @type {HTMLElement | undefined} */
  let box;
  /** @type {number[]} */
  const numbers = [];
  const timer = setTimeout(() => {
    box = showBox("Sending …", { label: "Cancel", act: () => sending.abort() });
  }, SHOWN_AFTER);
  try {
    for (const [input, file] of files) numbers.push(await sendFile(input, file, sending.signal));
    done(numbers);
  } catch (error) {
    done(numbers, true);
    if (!sending.signal.aborted) showNote({ text: /** @type {Error} */ (error).message, kind: "error" });
  }
  clearTimeout(timer);
  box?.remove();
  if (holder.sending === sending) delete holder.sending;
}

/**
 * @param {HTMLInputElement} input
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<number>}
 */
async function sendFile(input, file, signal) {
  if (file.size > sender.largest) {
    const [factor, unit] = sender.largest < 1e6 ? [1e3, "kB"] : [1e6, "MB"];
    throw new Error(`${file.name} is too large: ${+(sender.largest / factor).toPrecision(3)} ${unit} at most.`);
  }
  for (let tries = 0; tries < TRIES; tries++) {
    const text = await request(input, file, signal);
    signal.throwIfAborted();
    if (text !== undefined) return Number(text);
    // Until the connection is back: to another server, perhaps, where the page has been renewed.
    do await new Promise((resume) => setTimeout(resume, WAIT)); while (!outgoing.open && !signal.aborted);
  }
  throw new Error(`${file.name} could not be sent.`);
}

/**
 * One attempt. By this old interface, for a fetch does not tell how far it is.
 * @param {HTMLInputElement} input
 * @param {File} file
 * @param {AbortSignal} signal
 * @returns {Promise<string | undefined>} what the server answers; nothing when it was not reached, or does not know the tab
 */
function request(input, file, signal) {
  return new Promise((resolve, reject) => {
    const post = new XMLHttpRequest();
    post.open("POST", `${sender.socket.replace("/ws/", "/upload/")}/${idOf(input)}`);
    post.setRequestHeader("X-Justui-Tab", sender.token);
    post.setRequestHeader("X-Justui-Name", encodeURIComponent(file.name));
    post.upload.onprogress = (event) => input.dispatchEvent(new ProgressEvent("progress", event));
    post.onloadend = () => {
      const { status, response } = post;
      if (status === 200) resolve(response);
      else if (!status || status === 404) resolve(undefined);
      // A proxy answers with a page of its own.
      else reject(new Error(/^[^<]{1,200}$/.test(response) ? response : `${file.name} could not be sent (${status}).`));
    };
    signal.onabort = () => post.abort();
    post.send(file);
  });
}
