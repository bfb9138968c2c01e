// What a page has beside its body: title, language, icon, style sheet, additions to the head, and where it leads.
// Touches nothing that others put into the head.

/** @typedef {{[name: string]: string | null}} PageChanges */

/**
 * @param {PageChanges} changes
 */
export function changePage(changes) {
  const { title, lang, favicon, css, head_html, display_url, open, redirect } = changes;
  if (title !== undefined) document.title = title ?? "";
  if (lang !== undefined) setOrRemove(document.documentElement, "lang", lang);
  if (favicon !== undefined) changeIcon(favicon);
  if (css !== undefined) changeCss(css ?? "");
  if (head_html !== undefined) {
    const holder = document.createElement("template");
    holder.innerHTML = head_html ?? "";
    changeAdditions([...holder.content.childNodes]);
  }
  if (display_url) history.replaceState(history.state, "", display_url);
  if (open) globalThis.open(open, "_blank", "noopener");
  if (redirect && new URL(redirect, location.href).protocol !== "javascript:") location.assign(redirect);
}

/**
 * Make the head what the head of another document is, as far as it is ours.
 * @param {Document} fresh
 */
export function changeHead(fresh) {
  changePage({
    title: fresh.title,
    lang: fresh.documentElement.getAttribute("lang"),
    favicon: fresh.querySelector("link[rel~=icon]")?.getAttribute("href") ?? null,
    css: fresh.getElementById("justui-css")?.textContent ?? "",
  });
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

/** @param {string} text */
function changeCss(text) {
  let style = document.getElementById("justui-css");
  if (!style) {
    if (!text) return;
    style = document.createElement("style");
    style.id = "justui-css";
    document.head.append(withNonce(style));
  }
  if (style.textContent !== text) style.textContent = text;
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
