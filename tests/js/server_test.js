// `server`, without a server: what calls, reads, assignments and deletions become, and what never becomes a call.

import { flushCalls, startCalls, takeReply } from "../../justui/browser/calls.js";
import { browserFunction, forgetFunctions, pythonFunction } from "../../justui/browser/functions.js";
import { outgoing } from "../../justui/browser/outgoing.js";
import { server, startServer } from "../../justui/browser/server.js";
import { link } from "../../justui/browser/socket.js";
import { covers, startTopics, takeMessage } from "../../justui/browser/topics.js";
import { takeItem } from "../../justui/browser/queues.js";

/** @typedef {{c: number, k: string, p?: string[], f?: number, v?: any}} Sent */

startCalls();
startServer();
startTopics();
tell("connect");
outgoing.open = true;

/** @param {"connect" | "disconnect" | "gone"} change */
function tell(change) {
  link.joined = change === "connect";
  for (const watcher of link.watchers) watcher(change);
}

/**
 * @param {unknown} got
 * @param {unknown} wanted
 */
function same(got, wanted) {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) {
    throw new Error(`got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
  }
}

/** @returns {Sent[][]} the calls of each message that waits for the server, oldest first; they wait no more */
function taken() {
  flushCalls();
  return outgoing.messages.splice(0).map(({ data }) => data.c);
}

/** @returns {Sent} the only call that there is */
function only() {
  const [[first, ...more], ...messages] = taken();
  same([more, messages], [[], []]);
  return first;
}

/**
 * @param {Promise<unknown>} promise
 * @returns {Promise<Error>} why it was rejected
 */
function rejected(promise) {
  return promise.then((value) => {
    throw new Error(`fulfilled with ${JSON.stringify(value)}`);
  }, (error) => error);
}

/** @type {(unknown[])[]} */
const reported = [];
addEventListener("justui:error", (event) => reported.push([/** @type {CustomEvent} */ (event).detail.name]));
/** @param {() => void | Promise<void>} act */
async function quietly(act) {
  const { error, warn } = console;
  console.error = console.warn = () => {};
  try {
    await act();
  } finally {
    Object.assign(console, { error, warn });
  }
}

Deno.test("calls, reads, assignments and deletions of one turn are one message, in order", async () => {
  const sum = server.add(4, 7);
  server.sampler.rate = 50;
  const rate = Promise.resolve(server.sampler.rate);
  delete server.sampler.note;
  await Promise.resolve(); // `await` asks a thenable one turn of the microtasks later
  const [calls, later] = taken();
  same(later, undefined);
  same(calls.map(({ k, p, v }) => [k, p, v]), [
    ["call", ["add"], [4, 7]],
    ["set", ["sampler", "rate"], 50],
    ["delete", ["sampler", "note"], null],
    ["get", ["sampler", "rate"], null],
  ]);
  takeReply(calls[3].c, 50);
  takeReply(calls[0].c, 11);
  takeReply(calls[0].c, 12);
  for (const { c } of calls) takeReply(c, null);
  same([await sum, await rate], [11, 50]);
});

Deno.test("nothing but a call, a read, an assignment or a deletion says anything to the server", async () => {
  const path = server.sampler.rate;
  const texts = [`${path}`, String(path), path + "", path.toString(), path.toLocaleString(), JSON.stringify({ path })];
  same(texts, [...Array(5).fill("server.sampler.rate"), "{}"]);
  same([JSON.stringify(path), JSON.stringify(server), path.toJSON], [undefined, undefined, undefined]);
  same([Object.keys(path), "x" in path, Object.entries(server), { ...path }, typeof path], [
    [],
    false,
    [],
    {},
    "function",
  ]);
  same([path.valueOf() === path, path == "server.sampler.rate", path === server.sampler], [true, true, false]);
  same([path instanceof Function, Array.isArray(path), {} instanceof path, path[Symbol.iterator]], [
    true,
    false,
    false,
    undefined,
  ]);
  for (
    const act of [
      () => [...path],
      () => structuredClone(path),
      () => Object.defineProperty(path, "x", { value: 1 }),
      () => Object.freeze(path),
      () => Object.setPrototypeOf(path, {}),
      () => new path(),
      () => path[Symbol("x")] = 1,
    ]
  ) {
    let thrown;
    try {
      act();
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof Error)) throw new Error(`nothing was thrown by ${act}`);
  }
  Deno.inspect(path, { showProxy: true });
  Deno.inspect(server);
  console.assert(path, path);
  same(await Promise.resolve(server) === server, true);
  same(await (async () => await server({ timeout: 1 }))() === server, false);
  same([server.then, server({ wait: false }).then], [undefined, undefined]);
  same(typeof path.then, "function");
  same(Object.getOwnPropertyNames(path), []);
  same(Reflect.getOwnPropertyDescriptor(path, "length"), undefined);
  same(taken(), []);
});

Deno.test("a path is read by then, catch, finally, await, and where an async function returns it", async () => {
  const read = [
    server.count.then((/** @type {number} */ count) => count + 1),
    server.count.catch(() => 0),
    server.count.finally(() => 0),
    (async () => await server.count)(),
    // deno-lint-ignore require-await
    (async () => server.count)(),
    Promise.all([server.count]),
  ];
  for (let hop = 0; hop < 3; hop++) await Promise.resolve();
  const calls = taken().flat();
  same(calls.map(({ k, p }) => [k, p]), Array(6).fill(["get", ["count"]]));
  for (const { c } of calls) takeReply(c, c === calls[0].c ? 1 : 5);
  same(await Promise.all(read), [2, 5, 5, 5, 5, [5]]);
});

Deno.test("a refusal is an error with Python's type and text, and leads to the caller", async () => {
  const refused = rejected(server.boom());
  takeReply(only().c, null, { type: "ValueError", text: "No negative arguments" });
  const error = await refused;
  same([error.name, error.message, error instanceof Error], ["ValueError", "ValueError: No negative arguments", true]);
  if (!/^ValueError: No negative arguments\n.*server_test\.js/s.test(error.stack ?? "")) throw new Error(error.stack);
  const empty = rejected(server.boom());
  takeReply(only().c, null, { type: "KeyError", text: "" });
  same((await empty).message, "KeyError");
});

Deno.test("a refused assignment or deletion is reported, as nobody waits for it", async () => {
  reported.length = 0;
  await quietly(() => {
    server.count = 5;
    takeReply(only().c, null, { type: "PermissionError", text: "no" });
    delete server.count;
    takeReply(only().c, null, { type: "NameError", text: "no" });
    server.count = 6;
    takeReply(only().c, null);
  });
  same(reported, [["PermissionError"], ["NameError"]]);
  for (const name of ["topic", "queue", "tab", "on", "ready", "names"]) {
    for (const act of [() => (server[name] = 1), () => delete server[name]]) {
      same((await rejected((async () => await act())())).name, "TypeError");
    }
  }
  same(taken(), []);
});

Deno.test("what cannot travel is refused at the caller, and nothing is sent", async () => {
  /** @type {unknown[]} */
  const cycle = [];
  cycle.push(cycle);
  const before = lent();
  for (
    const [value, name] of [[cycle, "RangeError"], [Symbol("x"), "TypeError"], [new Map(), "TypeError"], [
      1n << 80n,
      "TypeError",
    ]]
  ) {
    same((await rejected(server.f(() => 1, value))).name, name);
    same((await rejected(Promise.resolve().then(() => server.f = value))).name, name);
  }
  const path = await rejected(server.f(server.sampler.rate));
  same(path.message, "server.sampler.rate was not read: write await server.sampler.rate");
  same((await rejected(server.f("x".repeat(1_000_000)))).name, "RangeError");
  same((await rejected(server.f("€".repeat(400_000)))).name, "RangeError");
  same((await rejected(server.f(new Uint8Array(1_000_000)))).name, "RangeError");
  same((await rejected(server.f(Array(10_000).fill(new Uint8Array(1))))).name, "RangeError");
  same(taken(), []);
  const after = lent();
  same(after - before, 5); // numbers were used, and are free again
  for (let id = before + 1; id < after; id++) same(browserFunction(id), undefined);
});

/** @returns {number} the number that the next function that is passed has, which is passed now */
function lent() {
  server({ wait: false }).f(() => {});
  const id = only().v[0].$[1];
  forgetFunctions([id]);
  return id;
}

Deno.test("bytes have a message of their own, between those before and behind", async () => {
  server({ wait: false }).f(1);
  server({ wait: false }).g(new Uint8Array([1, 2]));
  server({ wait: false }).h(3);
  flushCalls();
  const messages = outgoing.messages.splice(0);
  same(messages.map(({ data, blobs }) => [data.c.map((/** @type {Sent} */ { p, v }) => [p, v]), blobs?.length ?? 0]), [
    [[[["f"], [1]]], 0],
    [[[["g"], [{ $: ["b", 0] }]]], 1],
    [[[["h"], [3]]], 0],
  ]);
  await Promise.resolve();
});

Deno.test("many calls are several messages, none of which is too large", () => {
  for (let count = 0; count < 250; count++) server({ wait: false }).f(count);
  same(taken().map((calls) => calls.length), [100, 100, 50]);
  for (let count = 0; count < 5; count++) server({ wait: false }).f("x".repeat(400_000));
  same(taken().map((calls) => calls.length), [2, 2, 1]);
});

Deno.test("a call that nobody answers in time is rejected; what the server does not have yet never runs", async () => {
  const late = rejected(server({ timeout: 0.01 }).slow(1));
  server({ wait: false }).quick();
  flushCalls();
  const [message] = outgoing.messages;
  same(message.data.c.map((/** @type {Sent} */ { p }) => p), [["slow"], ["quick"]]);
  const { c } = message.data.c[0];
  const error = await late;
  same([error.name, error.message], ["RemoteTimeout", "RemoteTimeout: no answer to call slow within 0.01 s"]);
  same(message.data.c.map((/** @type {Sent} */ { p }) => p), [["quick"]]);
  takeReply(c, 5); // late, and nobody's
  taken();
  const alone = rejected(server({ timeout: 0.01 }).slow(new Uint8Array(9)));
  const [whole] = outgoing.messages;
  await alone;
  same([whole.event, whole.data, whole.blobs], ["", {}, undefined]);
  outgoing.messages.splice(0);
  await rejected(server({ timeout: 0 }).slow());
  same(taken(), [undefined]); // nothing is left of it but its number
  // Not so long that the timer would end at once.
  const far = server({ timeout: 1e9 }).slow();
  await new Promise((resolve) => setTimeout(resolve, 5));
  takeReply(only().c, "there");
  same(await far, "there");
});

Deno.test("options have names", async () => {
  same((await rejected(Promise.resolve().then(() => server({ timeot: 1 })))).name, "TypeError");
});

Deno.test("without waiting, nothing comes back and nothing is kept", () => {
  same(server({ wait: false }).f(1), undefined);
  same(only().c, 0);
});

Deno.test("at most a thousand calls wait for their answers", async () => {
  const waiting = Array.from({ length: 1000 }, () => server.f());
  same((await rejected(server.f())).name, "RangeError");
  for (const { c } of taken().flat()) takeReply(c, 1);
  same((await Promise.all(waiting)).length, 1000);
  const again = server.f();
  takeReply(only().c, 2);
  same(await again, 2);
});

Deno.test("when the server has lost the page, what waited is rejected and begins anew", async () => {
  const fn = pythonFunction(7);
  const waiting = rejected(server.f(() => 1));
  const id = only().v[0].$[1];
  const unsent = rejected(server.g());
  tell("disconnect");
  tell("gone");
  outgoing.restart();
  same([(await waiting).name, (await unsent).name], ["Gone", "Gone"]);
  same((await rejected(fn(1))).name, "Gone");
  same(browserFunction(id), undefined);
  same(pythonFunction(7) === fn, false);
  let thrown = "";
  try {
    server({ wait: false }).f();
  } catch (error) {
    thrown = /** @type {Error} */ (error).name;
  }
  same(thrown, "Gone");
  same(taken(), []);
  tell("connect");
});

Deno.test("Python's functions are functions: the same one for a number, with arguments, also as listeners", async () => {
  const fn = pythonFunction(3);
  same(pythonFunction(3) === fn, true);
  const answer = fn(1, "a");
  const { c, k, f, p, v } = only();
  same([k, f, p, v], ["run", 3, undefined, [1, "a"]]);
  takeReply(c, 9);
  same(await answer, 9);
  const target = new EventTarget();
  Object.assign(globalThis, { Element: class {} });
  for (const [listener, value] of [[fn, [{ type: "click" }]], [server.increment, []]]) {
    target.addEventListener("click", listener, { once: true });
    target.dispatchEvent(new Event("click"));
    const call = only();
    same(call.v, value);
    takeReply(call.c, null);
  }
  same((await rejected(server.f(new Event("click")))).name, "TypeError");
});

Deno.test("patterns stand for topics as MQTT says", () => {
  const cases = {
    "a": [["a"], ["a/b", "b", ""]],
    "a/+": [["a/b", "a/"], ["a", "a/b/c", "b/a"]],
    "+": [["a"], ["a/b"]],
    "a/#": [["a", "a/b", "a/b/c"], ["ab", "b/a"]],
    "#": [["a", "a/b"], []],
    "+/b/#": [["a/b", "a/b/c/d"], ["b", "a/c"]],
    "a.*": [["a.*"], ["a.b"]],
  };
  for (const [pattern, [yes, no]] of Object.entries(cases)) {
    for (const topic of yes) same([pattern, topic, covers(pattern, topic)], [pattern, topic, true]);
    for (const topic of no) same([pattern, topic, covers(pattern, topic)], [pattern, topic, false]);
  }
});

Deno.test("messages go to the functions that subscribed, from the server's word on, in order", async () => {
  Object.assign(link, { boot: { tab: "me", frame: 1e6, grace: 60 } });
  /** @type {unknown[]} */
  const got = [];
  const fn = (/** @type {unknown} */ value) => got.push(value);
  const both = (/** @type {string} */ topic, /** @type {unknown} */ value) => got.push([topic, value]);
  const first = server.topic("sensors/+").subscribe(both, { now: true, own: false });
  const { c, k, p, v } = only();
  same([k, p, v], ["subscribe", ["sensors/+"], { now: true }]);
  takeMessage("sensors/a", 0, "");
  takeReply(c, { now: [["sensors/a", 1], ["sensors/b", 2]] });
  takeMessage("sensors/a", 3, "");
  takeMessage("sensors/a", 4, "me");
  takeMessage("other", 5, "");
  same(await first, true);
  same(await server.topic("sensors/+").subscribe(fn), true); // the server has agreed to this name
  same(taken(), []);
  takeMessage("sensors/b", 6, "you");
  takeMessage("sensors/b", 7, "me");
  same(got.splice(0), [["sensors/a", 1], ["sensors/b", 2], ["sensors/a", 3], ["sensors/b", 6], 6, 7]);
  // A new server: the tab subscribes by itself, once for each name, and hears what is kept there.
  tell("disconnect");
  tell("gone");
  outgoing.restart();
  await Promise.resolve();
  tell("connect");
  const again = only();
  same([again.p, again.v], [["sensors/+"], { now: true }]);
  takeReply(again.c, { now: [["sensors/a", 8]] });
  same(got.splice(0), [["sensors/a", 8]]);
  same(await server.topic("sensors/+").unsubscribe(both), true);
  same(await server.topic("sensors/+").unsubscribe(both), false);
  same(taken(), []);
  const last = server.topic("sensors/+").unsubscribe();
  takeMessage("sensors/b", 9, "");
  const { c: end, k: kind } = only();
  takeReply(end, true);
  same([kind, await last, await server.topic("sensors/+").unsubscribe(), got], ["unsubscribe", true, false, []]);
});

Deno.test("a refused subscription and a message that was not published are false, and say why", async () => {
  await quietly(async () => {
    const refused = server.topic("secret").subscribe(() => {});
    takeReply(only().c, null, { type: "PermissionError", text: "no" });
    const published = server.topic("secret").publish(1, { timeout: 0.01 });
    same([await refused, await published], [false, false]);
    taken();
    same([await server.topic("secret").publish(Symbol("x")), await server.topic("secret").unsubscribe()], [
      false,
      false,
    ]);
    const many = server.topic({ a: () => {}, b: () => {} }, { now: true });
    const calls = taken().flat();
    same(calls.map(({ k, p, v }) => [k, p, v]), [["subscribe", ["a"], { now: true }], ["subscribe", ["b"], {
      now: true,
    }]]);
    takeReply(calls[0].c, { now: [] });
    takeReply(calls[1].c, null, { type: "PermissionError", text: "no" });
    same(await many, false);
  });
});

Deno.test("a subscriber that fails keeps nobody from the message", async () => {
  /** @type {unknown[]} */
  const got = [];
  const caught = new Promise((resolve) =>
    addEventListener("error", (event) => {
      event.preventDefault();
      resolve(event.error.message);
    }, { once: true })
  );
  const fail = () => {
    throw new Error("mine");
  };
  const both = [
    server.topic("t").subscribe(fail),
    server.topic("t").subscribe((/** @type {unknown} */ x) => got.push(x)),
  ];
  for (const { c } of taken().flat()) takeReply(c, { now: [] });
  same(await Promise.all(both), [true, true]);
  takeMessage("t", 1, "");
  same([got, await caught], [[1], "mine"]);
});

Deno.test("the queue of the tab: newest, oldest, empty, and who wants to be told", () => {
  const queue = server.tab.queue("todo");
  same([queue.pop(), queue.shift(), queue.shift("none"), queue.is_empty()], [null, null, "none", true]);
  for (const value of [1, 2, 3]) takeItem("todo", value, 0);
  /** @type {string[]} */
  const told = [];
  const end = queue.subscribe((/** @type {string} */ name) => told.push(name));
  takeItem("todo", null, 5);
  end();
  takeItem("todo", 4, 0);
  takeItem("other", 9, 0);
  same(told, Array(4).fill("todo"));
  same(outgoing.messages.splice(0).map(({ event, data }) => [event, data]), [["answer", { n: 5, v: true }]]);
  same([queue.pop(), queue.shift(), queue.pop("none"), queue.shift(), queue.is_empty()], [4, 1, null, 2, false]);
  for (let count = 0; count < 1000; count++) takeItem("full", count, 0);
  takeItem("full", "more", 6);
  const [{ data }] = outgoing.messages.splice(0);
  same([data.n, data.e.type, server.tab.queue("full").pop()], [6, "Refused", 999]);
});

Deno.test("the queues of the server", async () => {
  const queue = server.queue("orders");
  const all = [queue.push({ n: 1 }), queue.pop(), queue.shift(), queue.is_empty()];
  const calls = taken().flat();
  same(calls.map(({ k, p, v }) => [k, p, v]), [
    ["push", ["orders"], { n: 1 }],
    ["pop", ["orders"], null],
    ["shift", ["orders"], null],
    ["size", ["orders"], null],
  ]);
  for (const [index, { c }] of calls.entries()) takeReply(c, [true, { n: 1 }, null, 0][index]);
  same((await Promise.all(all)).slice(1), [{ n: 1 }, null, true]);
});

Deno.test("connect and disconnect are told once each, and ready waits for the connection", async () => {
  /** @type {string[]} */
  const told = [];
  const end = server.on("connect", () => told.push("connect"));
  server.on("disconnect", () => told.push("disconnect"));
  await Promise.resolve();
  same([told, server.tab.id], [["connect"], "me"]);
  tell("disconnect");
  const ready = server.ready.then((/** @type {boolean} */ is) => told.push(`ready ${is}`));
  await Promise.resolve();
  tell("connect");
  await ready;
  end();
  tell("disconnect");
  tell("connect");
  same(told, ["connect", "disconnect", "connect", "ready true", "disconnect"]);
});
