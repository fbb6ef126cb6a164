// Making elements. Whatever comes from outside goes in as text, never as markup; addresses are checked.

/**
 * Makes an element.
 *
 * @param {object} given `class`, `text`, `dataset`, `on` (listeners by event); all else are
 *   attributes: true sets an empty one; false, null and undefined leave it out.
 */
export function el(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  const { class: className, text, dataset, on, ...attributes } = given;
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  Object.assign(made.dataset, dataset);
  for (const [event, listener] of Object.entries(on ?? {})) made.addEventListener(event, listener);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  back: "M10 3 5 8l5 5",
  forward: "m6 3 5 5-5 5",
  file: "M4 1.5h5l3 3v10H4zM9 1.5v3h3",
  clip: "m13 7-5.600 5.600a3 3 0 0 1-4.300-4.300L9 2.500a2 2 0 0 1 2.900 2.900L6.200 11a1 1 0 0 1-1.400-1.400L10 4.500",
  close: "m4 4 8 8M12 4l-8 8",
};

/** A line drawing in the colour of the text; with a label it is an image, otherwise decoration. */
export function icon(name, label) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  if (label) {
    svg.setAttribute("role", "img");
    const title = document.createElementNS(SVG, "title");
    title.textContent = label;
    svg.append(title);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  svg.append(path);
  return svg;
}

/** The address if a browser may be led there, otherwise null: no `javascript:`, no `data:`. */
export function safeUrl(text) {
  try {
    const url = new URL(text, document.baseURI);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

const caches = new WeakMap();

/**
 * Makes the children of `parent` show `items`: elements are kept where `signature` (a list of
 * values) is the same as before, so that focus survives.
 */
export function keyed(parent, items, { key, signature, make }) {
  const before = caches.get(parent) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const old = before.get(key(item));
    const values = signature(item);
    const same = old && values.length === old.values.length && values.every((one, n) => one === old.values[n]);
    after.set(key(item), { values, node: same ? old.node : make(item) });
  }
  const focused = focusIn(parent, before);
  const nodes = [...after.values()].map((one) => one.node);
  const kept = new Set(nodes);
  for (const child of Array.from(parent.childNodes)) if (!kept.has(child)) child.remove();
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
  caches.set(parent, after);
  if (focused && !document.contains(focused.element)) {
    after.get(focused.key)?.node.querySelector(`[data-focus="${focused.name}"]`)?.focus();
  }
}

/** The focused element's name (`data-focus`) and the key of the item that it is in. */
function focusIn(parent, entries) {
  const element = document.activeElement;
  if (!element?.dataset?.focus || !parent.contains(element)) return null;
  const found = [...entries].find(([, { node }]) => node.contains(element));
  return found && { element, key: found[0], name: element.dataset.focus };
}

/** Two letters for a round picture. */
export function initials(name) {
  const words = name.replace(/[^\p{L}\p{N} ]/gu, "").split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)].map((word) => [...word][0]) : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toLocaleUpperCase();
}

/** A round picture; its colour follows from the id, so that a customer keeps it. */
export function avatar(name, id) {
  const hue = [...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) >>> 0, 7) % 6;
  const text = /^\+?\d+$/.test(name) ? name.slice(-2) : initials(name);
  return el("span", { class: `avatar hue-${hue}`, text, "aria-hidden": "true" });
}
