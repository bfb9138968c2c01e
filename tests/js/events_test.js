// Event specs, as `data-e` holds them.

import { parseSpec } from "../../justui/browser/events.js";

const plain = {
  key: "",
  outside: false,
  debounce: 0,
  throttle: 0,
  first: false,
  prevent: false,
  stop: false,
  once: false,
  modifiers: "",
  properties: [],
};

/** @type {[string, object[]][]} */
const cases = [
  ["", []],
  ["click", [{ name: "click", type: "click" }]],
  ["click:p;s;o", [{ name: "click", type: "click", prevent: true, stop: true, once: true }]],
  ["input:d300", [{ name: "input", type: "input", debounce: 300 }]],
  ["input:d300;i", [{ name: "input", type: "input", debounce: 300, first: true }]],
  ["scroll:t50", [{ name: "scroll", type: "scroll", throttle: 50 }]],
  ["keydown.Enter", [{ name: "keydown.Enter", type: "keydown", key: "enter" }]],
  ["click__out", [{ name: "click__out", type: "click", outside: true }]],
  ["keyup:m=shift+ctrl", [{ name: "keyup", type: "keyup", modifiers: "ctrl+shift" }]],
  ["click:f=pageX+target.id", [{ name: "click", type: "click", properties: ["pageX", "target.id"] }]],
  ["shown.bs.modal", [{ name: "shown.bs.modal", type: "shown.bs.modal" }]],
  ["click  keydown.Enter:p", [
    { name: "click", type: "click" },
    { name: "keydown.Enter", type: "keydown", key: "enter", prevent: true },
  ]],
];

for (const [spec, wanted] of cases) {
  Deno.test(`the spec "${spec}" is understood`, () => {
    const got = JSON.stringify(parseSpec(spec).map((entry) => Object.entries(entry).sort()));
    const all = JSON.stringify(wanted.map((entry) => Object.entries({ ...plain, ...entry }).sort()));
    if (got !== all) throw new Error(`got ${got}, wanted ${all}`);
  });
}
