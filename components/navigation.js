// Changes the page in place at a link, at back and forward, and when the server says so: a script of its own, for pages that
// have such links. What is no live page of ours, it leaves to the browser.

import { parseSpec, post, trigger } from "../justui/browser/events.js";
import { pageNonce } from "../justui/browser/head.js";
import { isOurs } from "../justui/browser/nodes.js";
import { showNote } from "../justui/browser/notice.js";
import { outgoing } from "../justui/browser/outgoing.js";
import { operations } from "../justui/browser/patch.js";
import { link } from "../justui/browser/socket.js";

/**
 * How a visit came about: `step`: by back or forward, so many entries; `again`: it has failed once; `view`: the address of what comes at the present one.
 * @typedef {{step?: number, view?: string, again?: boolean}} Way
 */
/**
 * What the server says: where to go, a view to fetch, or that what was asked for is there. `cookie`: what is to be fetched before.
 * @typedef {{go?: string, view?: string, turn?: number, cookie?: string}} Order
 */
/** @typedef {{key: number, index: number}} Entry one of the browser's history */

const LINKS = "a[data-half=navigation]";
/** Milliseconds: until progress is shown, what was typed may take, and a page. */
const SLOW = 200;
const TYPED = 2000;
const LONGEST = 30_000;

const HEADERS = { Accept: "text/html" };

let turn = 0;
/** The address that is being fetched, and what ends that. */
let asked = "";
/** @type {AbortController | undefined} */
let asking;
/** Where the page is, and its entry in the history. */
let place = withoutHash(location.href);
/** @type {Entry} */
let entry = { key: 1, index: 0 };
/** @type {(() => void) | undefined} what is asked for again when the page has joined as another tab */
let later;
let begun = false;
/** Whether a document is shown that no tab of ours has, such as that of an error. */
let bare = false;
/** Going back to where the page still is, after a visit that failed. */
let returning = false;
/** @type {Map<number, [number, number]>} */
const scrolled = new Map();
/** @type {Map<number, (there: boolean) => void>} what waits for a change of the layout's content, by its turn */
const settlers = new Map();
/** What the first document's policy accepts beyond the usual. */
const accepted = bootOf(document)?.policy ?? [];

/** @param {string} address */
function withoutHash(address) {
  return address.split("#")[0];
}

/**
 * @param {Document} page
 * @returns {import("../justui/browser/socket.js").Boot | undefined} the boot data of a live page
 */
function bootOf(page) {
  const text = page.getElementById("justui-boot")?.textContent;
  return text ? JSON.parse(text) : undefined;
}

/** Let links be followed in place. */
export function startNavigation() {
  const early = /** @type {any} */ (operations.f)?.orders ?? [];
  operations.f = takeOrder;
  const changePage = operations.p;
  operations.p = (changes) => {
    const before = location.href;
    changePage(changes);
    // The program has the page stand for another address.
    if (begun && location.href !== before) {
      noteEntry({ key: performance.now(), index: entry.index + 1 });
      place = withoutHash(location.href);
    }
  };
  if (history.state?.justui) {
    // Loaded anew in the midst of a history.
    entry = history.state.justui;
    begin();
  }
  addEventListener("popstate", onPopState);
  addEventListener("click", onClick);
  addEventListener("pagehide", () => history.scrollRestoration = "auto");
  addEventListener("pageshow", () => begun && (history.scrollRestoration = "manual"));
  link.watchers.push((change) => {
    if (change === "connect") {
      markLinks();
      const act = later;
      later = undefined;
      act?.();
    }
    // The server has lost the tab, and with it what was to come.
    if (change === "gone") { for (const settle of settlers.values()) settle(false); }
  });
  new MutationObserver((changes) => {
    const isNew = changes.some(({ addedNodes }) =>
      Array.from(addedNodes).some((node) =>
        node instanceof Element && (node.matches(LINKS) || node.querySelector(LINKS))
      )
    );
    if (isNew) markLinks();
  }).observe(document.body, { childList: true, subtree: true });
  markLinks();
  for (const order of early) takeOrder(order);
}

function begin() {
  begun = true;
  history.scrollRestoration = "manual";
  document.body.setAttribute("data-go", ""); // the runtime loads no page at back and forward any more
}

/** @param {Order} order */
async function takeOrder({ go, view, turn: settled, cookie }) {
  if (cookie) await fetch(cookie, { method: "POST" }).catch(() => {});
  if (go !== undefined) follow(new URL(go, location.href));
  if (view !== undefined) visit(location.href, { view });
  if (settled !== undefined) settlers.get(settled)?.(true);
}

/** @param {MouseEvent} event */
function onClick(event) {
  const anchor = event.target instanceof Element ? event.target.closest(LINKS) : null;
  if (!(anchor instanceof HTMLAnchorElement) || event.defaultPrevented || event.button) return;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!anchor.href || (anchor.target && anchor.target !== "_self")) return;
  if (anchor.hasAttribute("download") || anchor.hasAttribute("data-reload")) return;
  const url = new URL(anchor.href);
  if (url.origin !== location.origin) return;
  if (url.hash && withoutHash(url.href) === place && !asking) return keepScroll();
  event.preventDefault();
  if (asked !== url.href) visit(url.href);
}

/** @param {URL} url */
function follow(url) {
  if (!/^https?:$/.test(url.protocol)) return;
  if (url.origin !== location.origin) location.assign(url);
  else if (url.hash && withoutHash(url.href) === place) location.hash = url.hash;
  else visit(url.href);
}

/** @param {PopStateEvent} event */
function onPopState(event) {
  // Until something was shown in place, the entries are documents of their own.
  if (!begun) return;
  /** @type {Entry | undefined} */
  const state = event.state?.justui;
  if (!state && withoutHash(location.href) !== place && document.body.matches("[data-e*=popstate]")) return;
  if (!state && withoutHash(location.href) === place && !asking) {
    // A place in this page: the browser goes there. It must have done so before its entry is touched.
    setTimeout(() => history.state?.justui || noteEntry({ key: performance.now(), index: entry.index + 1 }));
    return;
  }
  keepScroll();
  const step = (state?.index ?? entry.index + 1) - entry.index;
  const same = withoutHash(location.href) === place && !asking;
  if (same || returning) {
    returning = false;
    entry = state ?? entry;
    arrive(true);
  } else {
    visit(location.href, { step });
  }
}

function keepScroll() {
  scrolled.set(entry.key, [scrollX, scrollY]);
}

/** @param {Entry} fresh */
function noteEntry(fresh) {
  entry = fresh;
  history.replaceState({ ...history.state, justui: entry }, "");
}

/**
 * Show the page of an address.
 * @param {string} address
 * @param {Way} [way]
 */
async function visit(address, way = {}) {
  const mine = ++turn;
  asking?.abort();
  const control = asking = new AbortController();
  asked = address;
  const settled = settling(mine, control.signal);
  const progress = setTimeout(showProgress, SLOW);
  try {
    await sendTyped();
    if (mine !== turn) return;
    const response = await fetch(way.view ?? withoutHash(address), {
      credentials: "same-origin",
      cache: "no-store",
      headers: { ...HEADERS, "justui-tab": link.boot?.token ?? "", ...(bare ? {} : { "justui-turn": `${mine}` }) },
      signal: AbortSignal.any([control.signal, AbortSignal.timeout(LONGEST)]),
    });
    const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
    const inLayout = response.headers.get("justui-turn") === String(mine);
    const text = isPage || inLayout ? await response.text() : "";
    if (mine !== turn) return;
    const reached = way.view && !response.redirected ? location.href : arrivedAt(address, response);
    if (inLayout) {
      if (await settled) commit(reached, way);
      else if (mine === turn && !way.view) later = () => visit(address, way);
    } else if (way.view && response.status >= 400 && !isPage) {
      location.reload();
    } else if (!isPage || !showDocument(text, reached, response.status, way)) {
      leaveFor(reached, way);
    }
  } catch (error) {
    if (mine !== turn) return;
    console.warn("justui:", error);
    await failed(address, way);
  } finally {
    settlers.delete(mine);
    clearTimeout(progress);
    if (mine === turn) {
      asking = undefined;
      asked = "";
      hideProgress();
    }
  }
}

/**
 * Whether the content of a turn comes by the socket, when that is known.
 * @param {number} number
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>}
 */
function settling(number, signal) {
  return new Promise((resolve) => {
    settlers.set(number, resolve);
    signal.addEventListener("abort", () => resolve(false));
  });
}

/**
 * Where a request has led, with the part of the page that was wanted.
 * @param {string} address
 * @param {Response} response
 */
function arrivedAt(address, response) {
  const { hash } = new URL(address);
  return response.redirected ? withoutHash(response.url) + hash : address;
}

/** Send what was typed before, and wait a moment until the server has it. */
async function sendTyped() {
  // As any action of a person it hurries what is debounced.
  trigger(document.body, parseSpec("leave")[0], new Event("leave"), () => {});
  if (outgoing.open) post(0, "", {});
  const until = Date.now() + TYPED;
  while (link.joined && outgoing.messages.length && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/**
 * Show a whole document. False where only the browser can.
 * @param {string} html
 * @param {string} address
 * @param {number} status
 * @param {Way} way
 */
function showDocument(html, address, status, way) {
  // The policy of this document has its own nonce.
  const allowed = html.replace(/(<(?:style|link|script)\b[^>]* nonce=")[^"]*/g, (_, start) => start + pageNonce());
  const page = new DOMParser().parseFromString(allowed, "text/html");
  const boot = bootOf(page);
  const own = !page.getElementById("justui-head-end");
  if (boot ? boot.protocol !== link.boot?.protocol || boot.method !== "GET" : status < 400) return false;
  if (boot?.policy?.some((/** @type {string} */ one) => !accepted.includes(one))) {
    if (!way.view) return false;
    console.error(
      "justui: this view has handlers in its HTML that the first page does not have, so the policy forbids them",
    );
  }
  if (!way.view && boot && own) return false;
  const before = document.getElementById("justui-head-end") === null;
  note(address, way);
  for (const node of [...document.body.childNodes]) if (before || isOurs(node)) node.remove();
  if (own || before) exchangeHead(page);
  // They were sent, and their page has gone: nobody need be told that they may be lost.
  for (const message of outgoing.messages) message.id = 0;
  link.show(html);
  bare = !boot;
  if (own) { for (const script of document.body.querySelectorAll("script")) script.replaceWith(running(script)); }
  arrive(way.step !== undefined);
  return true;
}

/**
 * Make the head of this document that of another, where one of them is the user's own.
 * @param {Document} page
 */
function exchangeHead(page) {
  const ours = /^justui-/;
  const kept = [...document.head.children].filter(({ id, localName }) => !ours.test(id) && localName !== "title");
  const fresh = [...page.head.children].filter(({ id, localName }) => !ours.test(id) && localName !== "title");
  const look = (/** @type {Element} */ element) => element.outerHTML.replace(/ nonce="[^"]*"/, "");
  const there = kept.map(look);
  const wanted = fresh.map(look);
  for (const [n, element] of kept.entries()) {
    if (!wanted.includes(there[n]) && !(element instanceof HTMLScriptElement)) element.remove();
  }
  for (const [n, element] of fresh.entries()) {
    if (there.includes(wanted[n])) continue;
    const added = element instanceof HTMLScriptElement ? running(element) : document.importNode(element, true);
    if (added instanceof HTMLElement) added.nonce = pageNonce();
    document.head.append(added);
  }
}

/** @param {HTMLScriptElement} script one that was parsed for a look at it, and never runs */
function running(script) {
  const copy = document.createElement("script");
  for (const { name, value } of script.attributes) copy.setAttribute(name, value);
  copy.text = script.text;
  copy.nonce = pageNonce();
  return copy;
}

/**
 * The new page is there: its address is that of the tab.
 * @param {string} address
 * @param {Way} way
 */
function commit(address, way) {
  note(address, way);
  arrive(way.step !== undefined);
}

/**
 * Note the address, before the page is joined under it.
 * @param {string} address
 * @param {Way} way
 */
function note(address, { step, view }) {
  if (!begun) {
    begin();
    if (step === undefined) noteEntry(entry);
  }
  if (step !== undefined) {
    if (withoutHash(address) !== withoutHash(location.href)) history.replaceState(history.state, "", address);
    noteEntry(history.state?.justui ?? { key: performance.now(), index: entry.index + step });
  } else if (!view || withoutHash(address) !== place) {
    keepScroll();
    if (address === location.href) noteEntry({ ...entry, key: entry.key });
    else {
      entry = { key: performance.now(), index: entry.index + 1 };
      history.pushState({ justui: entry }, "", address);
    }
  }
  place = withoutHash(location.href);
}

/**
 * Put the person where the page begins, or where they were in it.
 * @param {boolean} back to where they were
 */
function arrive(back) {
  const before = scrolled.get(entry.key);
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (back && before) scrollTo({ left: before[0], top: before[1], behavior: "instant" });
  else if (named) named.scrollIntoView();
  else scrollTo({ left: 0, top: 0, behavior: "instant" });
  markLinks();
  const room = document.querySelector("[data-outlet]") ?? document.querySelector("main") ?? document.body;
  const heading = named || room.querySelector("[autofocus]") || room.querySelector("h1") || room.querySelector("h2") ||
    room;
  if (heading instanceof HTMLElement) {
    if (heading.tabIndex < 0 && !heading.hasAttribute("tabindex")) heading.setAttribute("tabindex", "-1");
    heading.focus({ preventScroll: true });
  }
  dispatchEvent(new CustomEvent("justui:navigate", { detail: { address: location.href } }));
}

/** Say which links lead to where the page is. */
function markLinks() {
  for (const anchor of document.querySelectorAll(LINKS)) {
    if (!(anchor instanceof HTMLAnchorElement)) continue;
    const { origin, pathname, search } = anchor;
    const here = anchor.hasAttribute("href") && origin === location.origin && pathname === location.pathname &&
      (!search || search === location.search);
    const said = anchor.getAttribute("aria-current");
    if (here && !said) anchor.setAttribute("aria-current", "page");
    else if (!here && said === "page") anchor.removeAttribute("aria-current");
  }
}

/**
 * Let the browser load an address.
 * @param {string} address
 * @param {Way} way
 */
function leaveFor(address, { step }) {
  if (step === undefined) location.assign(address);
  else location.replace(address);
}

/**
 * The network or the server has failed: the page stays, and says so.
 * @param {string} address
 * @param {Way} way
 */
async function failed(address, way) {
  const mine = turn;
  // A way to another site cannot be followed by a script: the browser takes it.
  const other = way.view ? undefined : await fetch(withoutHash(address), { redirect: "manual" }).catch(() => undefined);
  if (mine !== turn) return;
  if (other?.type === "opaqueredirect") return leaveFor(address, way);
  // A connection that was lost for a moment.
  if (other && !way.again) {
    visit(address, { ...way, again: true });
    return;
  }
  if (way.step) {
    returning = true;
    history.go(-way.step);
  }
  showNote({ text: "The page cannot be reached now. Try again later.", kind: "warning" });
}

/** @type {HTMLElement | undefined} */
let bar;

function showProgress() {
  document.documentElement.setAttribute("aria-busy", "true");
  if (bar) return;
  bar = document.createElement("justui-progress");
  bar.style.cssText =
    "position:fixed;inset:0 0 auto;height:3px;z-index:2147483647;background:var(--color-accent,#4f46e5);transform-origin:0 0";
  document.documentElement.append(bar);
  const frames = [{ transform: "scaleX(.05)" }, { transform: "scaleX(.6)", offset: 0.2 }, { transform: "scaleX(.95)" }];
  bar.animate(frames, { duration: 10_000, easing: "ease-out", fill: "forwards" });
}

function hideProgress() {
  document.documentElement.removeAttribute("aria-busy");
  bar?.remove();
  bar = undefined;
}

startNavigation();
