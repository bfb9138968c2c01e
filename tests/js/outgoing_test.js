// The outgoing messages: numbered, kept, sent again as they were.

import { Outgoing } from "../../justui/browser/outgoing.js";

/**
 * @param {unknown} got
 * @param {unknown} wanted
 */
function same(got, wanted) {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) {
    throw new Error(`got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
  }
}

/** @returns {[Outgoing, number[]]} a queue, and the numbers that it has transmitted */
function recorded() {
  const queue = new Outgoing();
  /** @type {number[]} */
  const sent = [];
  queue.transmit = ({ n }) => sent.push(n);
  return [queue, sent];
}

Deno.test("messages wait for the socket and leave in order", () => {
  const [queue, sent] = recorded();
  queue.add([], 5, "click", {});
  queue.add([], 5, "click", {});
  same(sent, []);
  queue.resume();
  queue.add([], 6, "click", {});
  same(sent, [1, 2, 3]);
});

Deno.test("what is not acknowledged is sent again with the same number and content", () => {
  const [queue, sent] = recorded();
  queue.resume();
  for (const id of [7, 8, 9]) queue.add([[id, "a", "b"]], id, "input", { x: id });
  const before = JSON.stringify(queue.messages);
  queue.acknowledge(1);
  queue.open = false;
  queue.resume();
  same(sent, [1, 2, 3, 2, 3]);
  same(queue.messages, JSON.parse(before).slice(1));
});

Deno.test("an acknowledgement of everything empties the queue, an old one changes nothing", () => {
  const [queue] = recorded();
  queue.add([], 1, "click", {});
  queue.add([], 1, "click", {});
  queue.acknowledge(0);
  same(queue.messages.length, 2);
  queue.acknowledge(2);
  queue.acknowledge(2);
  same(queue.messages.length, 0);
  queue.add([], 1, "click", {});
  same(queue.messages[0].n, 3);
});

Deno.test("the queue is bounded", () => {
  const [queue] = recorded();
  for (let count = 0; count < 1000; count++) {
    same(queue.full, false);
    queue.add([], 1, "click", {});
  }
  same(queue.full, true);
});

Deno.test("a message that is too large is emptied, and keeps its number", () => {
  const [queue] = recorded();
  same(queue.dropLongest(), 0);
  queue.add([], 1, "click", {});
  queue.add([[2, "", "x".repeat(100)]], 3, "click", {});
  queue.add([], 1, "click", {});
  same(queue.dropLongest(), 2);
  same(queue.messages[1], { n: 2, fields: [], id: 0, event: "", data: {} });
});

Deno.test("a new server begins with number one; only actions count as lost", () => {
  const [queue] = recorded();
  queue.add([[2, "", "x"]], 0, "", {});
  same(queue.restart(), false);
  queue.add([], 4, "click", {});
  same(queue.restart(), true);
  queue.add([], 4, "click", {});
  same(queue.messages, [{ n: 1, fields: [], id: 4, event: "click", data: {} }]);
});
