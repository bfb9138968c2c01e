// What a page has beside its body: title, language, icon, style sheet, additions to the head, and where it leads.
// Touches nothing that others put into the head.

import { showBox } from "./notice.js";

/** @typedef {{[name: string]: string | null}} PageChanges */

/**
 * @param {PageChanges} changes
 */
export function changePage({ title, lang, favicon, css, dark, head_html, display_url, open, redirect }) {
  if (title !== undefined) document.title = title ?? "";
  if (lang !== undefined) setOrRemove(document.documentElement, "lang", lang);
  if (favicon !== undefined) changeIcon(favicon);
  if (css !== undefined) changeStyle("justui-css", css ?? "");
  if (dark !== undefined) changeDark(dark || null);
  if (head_html !== undefined) {
    const holder = document.createElement("template");
    holder.innerHTML = head_html ?? "";
    changeAdditions([...holder.content.childNodes]);
  }
  if (display_url) display(display_url);
  if (open) openWindow(open);
  if (redirect && new URL(redirect, location.href).protocol !== "javascript:") location.assign(redirect);
}

/** The address that this page stands for, without the anchor. */
let displayed = "";

/** The address, without the anchor. */
export function here() {
  return location.href.split("#")[0];
}

/** @param {string} address */
function display(address) {
  if (new URL(address, location.href).href !== location.href) history.pushState(null, "", address);
  displayed = here();
}

/** When the person goes back to where another page was displayed, show it, unless the program or the script of links does. */
export function watchAddress() {
  displayed = here();
  addEventListener("popstate", () => {
    if (here() === displayed) return;
    displayed = here();
    if (!document.body.matches("[data-e*=popstate],[data-go]")) location.replace(displayed);
  });
}

/** @param {string} address */
function openWindow(address) {
  const opened = globalThis.open(address, "_blank");
  if (opened) {
    opened.opener = null;
    return;
  }
  // The browser allows new windows only at a click.
  const act = () => {
    globalThis.open(address, "_blank", "noopener");
    box.remove();
  };
  const box = showBox("The browser held back a new window.", { label: "Open", act });
}

/**
 * Make the head what the head of another document is, as far as it is ours.
 * @param {Document} fresh
 */
export function changeHead(fresh) {
  const css = fresh.getElementById("justui-css");
  changePage({
    title: fresh.title,
    lang: fresh.documentElement.getAttribute("lang"),
    favicon: fresh.querySelector("link[rel~=icon]")?.getAttribute("href") ?? null,
    css: css?.textContent ?? "",
    // In the user's own HTML it is theirs.
    ...(css && { dark: fresh.documentElement.getAttribute("data-theme") }),
  });
  changeSheet(fresh.getElementById("justui-sheet")?.textContent ?? "");
  changeAdditions(additions(fresh));
  const links = [...document.querySelectorAll("link")].map((link) => link.href);
  for (const link of fresh.querySelectorAll("link")) {
    if (link.rel !== "icon" && !links.includes(link.href)) document.head.append(withNonce(link));
  }
}

/** @param {string | null} address */
function changeIcon(address) {
  let icon = document.querySelector("link[rel~=icon]");
  if (address === null) return icon?.remove();
  if (!icon) {
    icon = document.createElement("link");
    icon.setAttribute("rel", "icon");
    document.head.append(icon);
  }
  if (icon.getAttribute("href") !== address) icon.setAttribute("href", address);
}

/** @param {string | null} word `dark` or `light`; null follows the system */
function changeDark(word) {
  setOrRemove(document.documentElement, "data-theme", word);
  document.querySelector("meta[name=color-scheme]")?.setAttribute("content", word ?? "light dark");
}

/**
 * @param {string} id
 * @param {string} text
 */
function changeStyle(id, text) {
  let style = document.getElementById(id);
  if (!style) {
    if (!text) return;
    style = document.createElement("style");
    style.id = id;
    document.head.append(withNonce(style));
  }
  if (style.textContent !== text) style.textContent = text;
}

const SHEET = "justui-sheet";

/** @returns {string[]} the lines of the page's style sheet */
function sheetLines() {
  return document.getElementById(SHEET)?.textContent?.split("\n") ?? [];
}

/**
 * Put lines into the page's style sheet, each at its place in what is there by then.
 * @param {...any} steps place, line, place, line, …
 */
export function addLines(...steps) {
  const lines = sheetLines();
  for (let n = 0; n < steps.length; n += 2) {
    if (!lines.includes(steps[n + 1])) lines.splice(steps[n], 0, steps[n + 1]);
  }
  changeSheet(lines.join("\n"));
}

/** @param {string} text */
export function changeSheet(text) {
  changeStyle(SHEET, text);
}

/**
 * Exchange the page's `head_html`, keeping what stays the same.
 * @param {Node[]} fresh
 */
function changeAdditions(fresh) {
  const end = document.getElementById("justui-head-end");
  if (!end) return;
  const old = additions(document);
  // Moving a style sheet would load it again.
  if (old.map(signature).join("\n") === fresh.map(signature).join("\n")) return;
  for (const node of fresh) {
    const same = old.findIndex((other) => signature(other) === signature(node));
    if (same < 0) end.before(withNonce(node));
    else end.before(...old.splice(same, 1));
  }
  for (const node of old) node.remove();
}

/**
 * @param {Document} page
 * @returns {ChildNode[]} the nodes of its `head_html`
 */
function additions(page) {
  const nodes = [];
  const end = page.getElementById("justui-head-end");
  let node = end && page.getElementById("justui-head-start")?.nextSibling;
  for (; node && node !== end; node = node.nextSibling) nodes.push(node);
  return nodes;
}

/**
 * @param {Node} node
 * @returns {string} what tells it from others; a nonce does not
 */
function signature(node) {
  return node instanceof Element ? node.outerHTML.replace(/ nonce="[^"]*"/, "") : node.nodeValue ?? "";
}

/** The nonce that the policy of this document accepts. */
export function pageNonce() {
  return /** @type {HTMLElement | null} */ (document.querySelector("[nonce]"))?.nonce ?? "";
}

/**
 * Let the policy of this document accept an element of the server.
 * @template {Node} T
 * @param {T} node
 * @returns {T}
 */
function withNonce(node) {
  if (node instanceof HTMLScriptElement) {
    // One that was parsed for a look at it never runs.
    const script = document.createElement("script");
    for (const { name, value } of node.attributes) script.setAttribute(name, value);
    script.text = node.text;
    script.async = node.hasAttribute("async");
    node = /** @type {any} */ (script);
  }
  if (node instanceof HTMLElement) node.nonce = pageNonce();
  return node;
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string | null} value
 */
function setOrRemove(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}
