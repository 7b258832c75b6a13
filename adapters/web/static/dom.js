// The page's elements: build them, and change what is shown without disturbing what stays the same.

import { say } from "./words.js";

export const $ = (id) => document.getElementById(id);

/** An element; `props` are attributes (null and false are left out), children are nodes or text. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** One of the icons of the page's sprite; it says nothing to screen readers. */
export function icon(name, kind = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", kind);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Our own server's rendered Markdown; it holds no markup of anybody else's.
 * Each block reads in the direction of its own words, unless what it stands in has one (`auto` is false): then quotations alone do.
 */
export function html(text, kind = "md", auto = true) {
  const element = h("div", { class: kind });
  element.innerHTML = text;
  for (const button of element.querySelectorAll(".copy")) button.textContent = say("copy");
  for (const quote of element.querySelectorAll("blockquote")) quote.dir = "auto";
  for (const block of auto ? element.children : []) if (!block.matches(".code, pre")) block.dir = "auto";
  return element;
}

/** Make `from` look like `to`, keeping every node that is already right: focus and selection survive. */
export function morph(from, to) {
  if (from.isEqualNode(to)) return from;
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName || from.dataset?.key !== to.dataset?.key) {
    from.replaceWith(to);
    return to;
  }
  if (from.nodeType === Node.TEXT_NODE) {
    from.data = to.data;
    return from;
  }
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of [...to.attributes]) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  children(from, [...to.childNodes]);
  return from;
}

/** Make the children of `parent` look like `wanted`; those with a data-key are found again by it. */
export function children(parent, wanted) {
  const keyed = new Map([...parent.children].filter((c) => c.dataset.key).map((c) => [c.dataset.key, c]));
  let at = parent.firstChild;
  for (const one of wanted) {
    const node = typeof one === "string" ? document.createTextNode(one) : one;
    const own = node.dataset?.key ? keyed.get(node.dataset.key) : null;
    if (own) {
      if (own !== at) parent.insertBefore(own, at);
      at = morph(own, node).nextSibling;
    } else if (at && !at.dataset?.key && !node.dataset?.key) {
      at = morph(at, node).nextSibling;
    } else {
      parent.insertBefore(node, at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** A name for one deed, so that doing it again after a lost answer does it once. */
export function nonce() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

let announcing = 0;

/** Say something once to people who listen to the page. */
export function announce(text) {
  clearTimeout(announcing);
  $("announce").textContent = "";
  announcing = setTimeout(() => { $("announce").textContent = text; }, 60);
}
