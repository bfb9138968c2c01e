// What `ui.Editor` itself knows of comments: the format by which they stand in the text, the key, and that they neither grow by
// what is typed behind them nor go with what takes away formats. The rest is `comments.js`, where a page has `ui.Comments`.

const COMMENT_ID = /^[\w-]{12,36}$/;

/** @param {any} Quill */
export function registerComments(Quill) {
  const { Attributor, Scope } = Quill.import("parchment");
  Quill.register({ "formats/comment": new Attributor("comment", "data-comment", { scope: Scope.INLINE }) }, true);
}

/**
 * Begin a comment on what is selected.
 * @param {HTMLElement} editor
 */
export function beginComment(editor) {
  editor.dispatchEvent(new CustomEvent("justui-comment", { bubbles: true }));
}

/**
 * @param {any} quill
 * @param {HTMLElement} editor
 */
export function followComments(quill, editor) {
  quill.keyboard.addBinding({ key: ["m", "M", "µ"], shortKey: true, altKey: true }, () => beginComment(editor));
  quill.on("text-change", (/** @type {any} */ delta, /** @type {any} */ before, /** @type {unknown} */ source) => {
    if (source === "user") keepApart(quill, delta.ops, before);
  });
}

/**
 * What was typed behind commented text does not belong to it. (Where keys come quickly, Quill says of a letter behind a word that the
 * word was deleted, and put in again with it.)
 * @param {any} quill
 * @param {any[]} ops
 * @param {any} before the text, as it was
 */
function keepApart(quill, ops, before) {
  let place = 0;
  let old = 0;
  ops.forEach(({ insert, retain, attributes, delete: gone = 0 }, number) => {
    const length = typeof insert === "string" ? insert.length : retain ?? (insert ? 1 : 0);
    const id = insert && attributes?.comment;
    if (id) {
      const kept = commonStart(insert, before.slice(old, old + (ops[number + 1]?.delete ?? 0)));
      const start = place + kept;
      const isBehind = start && length > kept && commentAt(quill, start - 1) === id;
      if (isBehind && commentAt(quill, place + length) !== id) {
        quill.formatText(start, length - kept, { comment: false }, "user");
      }
    }
    place += length;
    old += (retain ?? 0) + gone;
  });
}

/**
 * How many letters at the start of a text were there before.
 * @param {unknown} insert
 * @param {any} before
 */
function commonStart(insert, before) {
  const text = typeof insert === "string" ? insert : "";
  const old = before.ops.map((/** @type {any} */ { insert }) => typeof insert === "string" ? insert : "\0").join("");
  let length = 0;
  while (length < text.length && text[length] === old[length]) length++;
  return length;
}

/**
 * @param {any} quill
 * @param {number} index
 */
function commentAt(quill, index) {
  return quill.getFormat(index, 1).comment;
}

/**
 * Take away the formats of what is selected, or of what will be typed, but no comment.
 * @param {any} quill
 */
export function cleanSelection(quill) {
  const { index, length } = quill.getSelection(true);
  const before = quill.getContents(index, length).ops;
  if (length) quill.removeFormat(index, length, "user");
  else for (const name of Object.keys(quill.getFormat())) if (isInline(quill, name)) quill.format(name, false, "user");
  let place = index;
  for (const { insert, attributes } of before) {
    const size = typeof insert === "string" ? insert.length : 1;
    if (attributes?.comment) quill.formatText(place, size, { comment: attributes.comment }, "user");
    place += size;
  }
}

/**
 * @param {any} quill
 * @param {string} name
 */
function isInline(quill, name) {
  const { INLINE } = /** @type {any} */ (globalThis).Quill.import("parchment").Scope;
  return name !== "comment" && quill.scroll.query(name, INLINE);
}

/**
 * What was cut brings its comment along; a copy has none, for that stays where it is.
 * @param {any} quill
 * @param {any} delta of what is pasted
 */
export function keepMoved(quill, delta) {
  for (const { attributes } of delta.ops) {
    const id = attributes?.comment;
    if (id && (!COMMENT_ID.test(id) || quill.root.querySelector(`[data-comment="${id}"]`))) delete attributes.comment;
  }
  return delta;
}
