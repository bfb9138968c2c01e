// Runs code that the program gives, and says what became of it. Without eval, which the policy forbids: a script element
// with the page's nonce is allowed.

import { pageNonce } from "./head.js";
import { post } from "./events.js";

const LONGEST = 500_000;

/**
 * @param {number} n the call's number
 * @param {string} code an expression, or statements with a `return`
 */
export async function runCode(n, code) {
  let result, error;
  try {
    const run = load(`(\n${code.replace(/[;\s]+$/, "")}\n)`) ?? load(`{\n${code}\n}`);
    if (!run) throw fault;
    result = inJson(await run());
  } catch (problem) {
    error = String(problem);
  }
  post(0, "result_ready", { n, result, error });
}

/** @type {unknown} why the last code could not be loaded */
let fault;

/**
 * A function of this body; nothing when it is not JavaScript.
 * @param {string} body
 * @returns {(() => Promise<unknown>) | undefined}
 */
function load(body) {
  const script = /** @type {HTMLScriptElement & {run?: () => Promise<unknown>}} */ (document.createElement("script"));
  script.nonce = pageNonce();
  script.text = `document.currentScript.run=async()=>${body}`;
  fault = "Error: the policy of this page allows no scripts";
  const note = (/** @type {ErrorEvent} */ event) => {
    fault = event.error ?? event.message;
    event.preventDefault();
  };
  addEventListener("error", note);
  document.head.append(script);
  removeEventListener("error", note);
  script.remove();
  return script.run;
}

/**
 * A value as JSON, or as it describes itself.
 * @param {unknown} value
 */
function inJson(value) {
  /** @type {string | undefined} */
  let text;
  try {
    text = JSON.stringify(value ?? null);
  } catch {
    // It holds itself, or is no data.
  }
  if (!text || (text === "{}" && String(value) !== "[object Object]")) text = JSON.stringify(String(value));
  if (text.length > LONGEST) throw new RangeError(`the value is too long: ${text.length} characters`);
  return text;
}
