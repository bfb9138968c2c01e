// What a person has typed and the server does not have yet: the local half of every field (law 5).
// Never overwrites a letter that is unsent or unacknowledged. Knows neither socket nor handlers.

import { merge, moveCaret } from "./merge.js";
import { elementsOf, idOf, placeObserver } from "./nodes.js";
import { replaceText } from "./focus.js";

/** @typedef {import("./wire.js").Value} Value */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} FieldElement */
/** @typedef {"text" | "check" | "list" | "value" | ""} FieldKind how the value travels; "": this is no field */
/**
 * sent: the value last sent or taken from the server; shown: the value that the person sees; edits: sent and not
 * acknowledged; touched: a person has changed it; composing: an input method is at work; waiting: the text that came
 * from the server meanwhile; carried: the text was typed for a server that has gone.
 * @typedef {{kind: FieldKind, sent: Value, shown: Value, edits: {n: number, from: Value, to: Value}[],
 *   touched: boolean, composing: boolean, carried: boolean, long?: boolean, waiting?: string}} Field
 */

const FIELDS_KEPT = 500;

/** @type {Map<number, Field>} fields that are not just as the server's HTML showed them */
const fields = new Map();
/** @type {Set<number>} fields with something to send */
const unsent = new Set();
/** @type {Set<number>} fields with something to be acknowledged */
const unacknowledged = new Set();

placeObserver.left = dropIdle;

/**
 * @param {Node | null} node
 * @returns {FieldKind}
 */
export function fieldKind(node) {
  if (node instanceof HTMLTextAreaElement) return "text";
  if (node instanceof HTMLSelectElement) return node.multiple ? "list" : "value";
  if (!(node instanceof HTMLInputElement)) return "";
  if (/^(text|search|url|tel|email)$/.test(node.type)) return "text";
  if (/^(checkbox|radio)$/.test(node.type)) return "check";
  return /^(file|hidden|submit|button|reset|image)$/.test(node.type) ? "" : "value";
}

/**
 * @param {FieldElement} node
 * @returns {Value}
 */
export function readValue(node) {
  const kind = fieldKind(node);
  if (kind === "check") return /** @type {HTMLInputElement} */ (node).checked;
  if (kind !== "list") return node.value;
  return Array.from(/** @type {HTMLSelectElement} */ (node).selectedOptions, (option) => option.value);
}

/**
 * Show a value, as a script would: without events. Does nothing where it is shown already.
 * @param {FieldElement} node
 * @param {Value} value
 */
export function writeValue(node, value) {
  if (node instanceof HTMLSelectElement) {
    choose(node, [value].flat());
  } else if (fieldKind(node) === "check") {
    /** @type {HTMLInputElement} */ (node).checked = Boolean(value);
  } else if (fieldKind(node) === "text") {
    replaceText(node, String(value), moveCaret);
  } else if (node.value !== value) {
    node.value = String(value);
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {unknown[]} wanted
 */
function choose(select, wanted) {
  const options = Array.from(select.options);
  if (select.multiple) { for (const option of options) option.selected = wanted.includes(option.value); }
  else {
    let index = options.findIndex((option) => wanted.includes(option.value));
    // Like a page that was just loaded, where nothing is chosen.
    if (index < 0 && select.size < 2) index = options.findIndex((option) => !option.disabled);
    if (select.selectedIndex !== index) select.selectedIndex = index;
  }
}

/**
 * The value that a field would have if nobody had touched it.
 * @param {FieldElement} node
 * @returns {Value}
 */
export function renderedValue(node) {
  if (fieldKind(node) === "check") return /** @type {HTMLInputElement} */ (node).defaultChecked;
  if (node instanceof HTMLSelectElement) {
    if (Array.from(node.options).every((option) => option.selected === option.defaultSelected)) return readValue(node);
  } else if (node.value === node.defaultValue) {
    return node.value;
  }
  // The browser itself knows best: it corrects numbers, dates and ranges, and chooses a first option.
  const form = document.createElement("form");
  const copy = /** @type {FieldElement} */ (node.cloneNode(true));
  form.append(copy);
  form.reset();
  return readValue(copy);
}

/**
 * Give a new element the value that the server says, and the local one where this tab has one for the component.
 * @param {Element} element
 * @param {number} id
 * @param {Value} value
 * @returns {boolean} whether `applyValue` shall follow when the element stands in its place
 */
export function startValue(element, id, value) {
  if (element instanceof HTMLSelectElement) {
    const wanted = [value].flat();
    for (const option of element.options) option.defaultSelected = wanted.includes(option.value);
    // Options may come later: the value waits for them.
    if (!fields.has(id)) fields.set(id, newField(fieldKind(element), value));
  } else if (element instanceof HTMLInputElement && fieldKind(element) === "check") {
    element.defaultChecked = Boolean(value);
  } else if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) {
    element.defaultValue = String(value);
  }
  return fields.has(id);
}

/**
 * @param {FieldKind} kind
 * @param {Value} value
 * @returns {Field}
 */
function newField(kind, value) {
  return { kind, sent: value, shown: value, edits: [], touched: false, composing: false, carried: false };
}

/**
 * @param {number} id
 * @param {FieldElement} node
 */
function fieldOf(id, node) {
  let field = fields.get(id);
  if (!field) fields.set(id, field = newField(fieldKind(node), renderedValue(node)));
  field.kind = fieldKind(node);
  return field;
}

/**
 * Take note of what a person did to a field.
 * @param {Node | null} node
 * @returns {boolean} whether there is something to send
 */
export function noteField(node) {
  const id = node ? idOf(node) : 0;
  if (!id || !fieldKind(node)) return false;
  const element = /** @type {FieldElement} */ (node);
  const field = fieldOf(id, element);
  const value = readValue(element);
  if (sameValue(value, field.shown)) return unsent.has(id);
  field.shown = value;
  field.touched = true;
  // A text that is as the server has it needs no sending; another value does, for the server's may have been dropped.
  if (field.kind === "text" && value === field.sent) unsent.delete(id);
  else unsent.add(id);
  for (const other of elementsOf(id)) if (other !== node) writeValue(/** @type {FieldElement} */ (other), value);
  for (const other of radioGroup(element)) if (other !== node) noteField(other);
  return true;
}

/**
 * Take note of fields that changed without an event: typed before the script ran, autofill, back button, reset.
 * @returns {boolean} whether there is something to send
 */
export function surveyFields() {
  for (const node of document.querySelectorAll("input,select,textarea")) {
    const element = /** @type {FieldElement} */ (node);
    const id = idOf(node);
    if (!id || !fieldKind(node)) continue;
    const field = fields.get(id);
    // A choice whose option has not come yet is not a person's.
    if (field && element instanceof HTMLSelectElement && !field.touched) continue;
    if (!sameValue(readValue(element), field ? field.shown : renderedValue(element))) noteField(node);
  }
  return unsent.size > 0;
}

/** What the server takes: the length of a text, and how the person is told of a longer one. */
export const fieldLimit = { longest: Infinity, tell: () => {} };

/**
 * A text that the server would refuse stays in its box, unsent, until it is shorter.
 * @param {Field} field
 */
function isTooLong(field) {
  const long = field.kind === "text" && String(field.shown).length > fieldLimit.longest;
  if (long && !field.long) fieldLimit.tell();
  field.long = long;
  return long;
}

/**
 * The unsent values, as event number `n` carries them; from now on they are unacknowledged.
 * @param {number} n
 * @returns {import("./wire.js").FieldJson[]}
 */
export function takeFields(n) {
  /** @type {import("./wire.js").FieldJson[]} */
  const taken = [];
  for (const id of unsent) {
    const field = /** @type {Field} */ (fields.get(id));
    if (field.composing || isTooLong(field)) continue;
    const { kind, sent, shown, carried } = field;
    if (kind !== "text") taken.push([id, shown]);
    else taken.push(carried ? [id, sent, String(shown), 1] : [id, sent, String(shown)]);
    field.edits.push({ n, from: sent, to: shown });
    field.sent = shown;
    field.carried = false;
    unsent.delete(id);
    unacknowledged.add(id);
  }
  return taken;
}

/**
 * The server has stored the events up to and including number `n`.
 * @param {number} n
 */
export function acknowledgeFields(n) {
  for (const id of unacknowledged) {
    const field = /** @type {Field} */ (fields.get(id));
    field.edits = field.edits.filter((edit) => edit.n > n);
    if (field.edits.length) continue;
    unacknowledged.delete(id);
    if (!elementsOf(id).length) dropIdle(id);
  }
}

/**
 * Event number `n` will never arrive: its texts stay on the screen, and are sent with the next change.
 * @param {number} n
 */
export function unsendFields(n) {
  for (const id of unacknowledged) {
    const field = /** @type {Field} */ (fields.get(id));
    const edit = field.edits.find((edit) => edit.n === n);
    if (edit && edit === field.edits.at(-1)) field.sent = edit.from;
  }
  acknowledgeFields(n);
}

/**
 * The server says what a field's value is.
 * @param {number} id
 * @param {Value} value
 */
export function applyValue(id, value) {
  const elements = /** @type {FieldElement[]} */ (elementsOf(id));
  const [first] = elements;
  if (!first) return;
  if (!fieldKind(first)) {
    if (first instanceof HTMLInputElement && first.type !== "file") first.value = String(value);
    return;
  }
  const field = fieldOf(id, first);
  if (field.kind !== "text") {
    if (isHeld(first)) showAgain(id);
    else show(field, elements, value);
    return;
  }
  if (elements.length === 1) noteField(first);
  let text = String(value);
  if (field.carried && text === field.shown) field.sent = text;
  for (const { from, to } of field.edits) if (typeof from === "string") text = merge(from, String(to), text);
  if (field.composing) field.waiting = text;
  else rebase(id, field, elements, text);
}

/**
 * Show what this tab has for a field, at a new place too.
 * @param {number} id
 */
export function showAgain(id) {
  const field = fields.get(id);
  if (field) { for (const element of elementsOf(id)) writeValue(/** @type {FieldElement} */ (element), field.shown); }
}

/**
 * @param {number} id
 * @param {Field} field
 * @param {FieldElement[]} elements
 * @param {string} text
 */
function rebase(id, field, elements, text) {
  const merged = merge(String(field.sent), String(field.shown), text);
  if (!merged && field.shown) field.touched = false;
  if (merged === text) unsent.delete(id);
  show(field, elements, merged);
  field.sent = text;
}

/**
 * @param {Field} field
 * @param {FieldElement[]} elements
 * @param {Value} value
 */
function show(field, elements, value) {
  for (const element of elements) writeValue(element, value);
  field.sent = value;
  // What the browser made of it: a line of text has no line ends, say. The options of a choice may come later.
  field.shown = elements[0] instanceof HTMLSelectElement ? value : readValue(elements[0]);
  for (const other of radioGroup(elements[0])) {
    if (!idOf(other) || other === elements[0]) continue;
    const sibling = fieldOf(idOf(other), other);
    sibling.sent = sibling.shown = other.checked;
  }
}

/**
 * Whether a field that is not merged keeps its local value; one button of a group speaks for all.
 * @param {FieldElement} element
 */
function isHeld(element) {
  return [element, ...radioGroup(element)].some((member) => {
    const id = idOf(member);
    return unsent.has(id) || unacknowledged.has(id);
  });
}

/**
 * @param {Element} element
 * @returns {HTMLInputElement[]} all buttons of a radio button's group
 */
function radioGroup(element) {
  if (!(element instanceof HTMLInputElement) || element.type !== "radio" || !element.name) return [];
  const same = /** @type {Iterable<HTMLInputElement>} */ (document.getElementsByName(element.name));
  return Array.from(same).filter((other) => other.type === "radio" && other.form === element.form);
}

/**
 * An input method begins or ends: in between, nothing of the field is sent or applied.
 * @param {Node | null} node
 * @param {boolean} composing
 * @returns {boolean} whether this ended one
 */
export function composeField(node, composing) {
  const id = node ? idOf(node) : 0;
  if (!id || fieldKind(node) !== "text") return false;
  const field = fieldOf(id, /** @type {FieldElement} */ (node));
  if (composing === field.composing) return false;
  field.composing = composing;
  if (composing) return false;
  noteField(node);
  const { waiting } = field;
  delete field.waiting;
  if (waiting !== undefined) rebase(id, field, /** @type {FieldElement[]} */ (elementsOf(id)), waiting);
  return true;
}

/**
 * Forget a field that stands nowhere, unless it may come back with something to remember.
 * @param {number} id
 */
function dropIdle(id) {
  const field = fields.get(id);
  if (field) field.composing = false;
  if (!field || unsent.has(id) || unacknowledged.has(id)) return;
  if (!field.touched || fields.size > FIELDS_KEPT) fields.delete(id);
}

/** @param {Node} node */
export function isTouched(node) {
  return fields.get(idOf(node))?.touched ?? false;
}

/**
 * The value that the server is known, or was told, to have.
 * @param {FieldElement} node
 * @returns {Value}
 */
export function knownValue(node) {
  return fields.get(idOf(node))?.sent ?? renderedValue(node);
}

/**
 * The page was made anew: every field starts from what the server rendered, or keeps what a person typed.
 * @param {Map<FieldElement, {value: Value, known: Value}>} kept
 */
export function restartFields(kept) {
  fields.clear();
  unsent.clear();
  unacknowledged.clear();
  for (const node of document.querySelectorAll("input,select,textarea")) {
    const element = /** @type {FieldElement} */ (node);
    if (!idOf(node) || !fieldKind(node)) continue;
    const rendered = renderedValue(element);
    const typed = kept.get(element);
    writeValue(element, typed?.value ?? rendered);
    if (sameValue(readValue(element), rendered)) continue;
    noteField(node);
    // Where the server has the text that this tab began from, what was typed is an edit of it like any other.
    fieldOf(idOf(node), element).carried = !typed || typed.known !== rendered;
  }
}

/**
 * @param {Value} a
 * @param {Value} b
 */
function sameValue(a, b) {
  return a === b || (Array.isArray(a) && Array.isArray(b) && a.join("\n") === b.join("\n"));
}
