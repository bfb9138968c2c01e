// The cases that merge.py answers, answered by merge.js.

import { merge, moveCaret } from "../../justui/browser/merge.js";

/** @type {{merge: [string, string, string, string][], caret: [string, string, number, number][]}} */
const cases = JSON.parse(await Deno.readTextFile(new URL("../merge_cases.json", import.meta.url)));

/**
 * @param {unknown} got
 * @param {unknown} wanted
 * @param {unknown} question
 */
function same(got, wanted, question) {
  if (got !== wanted) {
    throw new Error(`${JSON.stringify(question)}: got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
  }
}

/**
 * @param {string} text
 * @param {number} points
 */
function units(text, points) {
  return Array.from(text).slice(0, points).join("").length;
}

Deno.test("merge gives the shared answers", () => {
  for (const [base, edited, current, merged] of cases.merge) {
    same(merge(base, edited, current), merged, [base, edited, current]);
  }
});

Deno.test("moveCaret gives the shared answers", () => {
  for (const [before, after, position, moved] of cases.caret) {
    same(moveCaret(before, after, units(before, position)), units(after, moved), [before, after, position]);
  }
});

Deno.test("two insertions into a text of a million characters are merged by their places", () => {
  const base = "abcdefgh ".repeat(110_000);
  const edited = base.slice(0, 500_000) + "EDIT" + base.slice(500_000);
  const current = "first " + base + "last";
  same(merge(base, edited, current), "first " + edited + "last", "million");
});

Deno.test("texts without anything in common are replaced as one", () => {
  const base = "a".repeat(100_000);
  same(merge(base, "b".repeat(50_000), "c".repeat(50_000)), "c".repeat(50_000) + "b".repeat(50_000), "replaced");
});
