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
  clock: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 4.5V8l2.5 1.5",
  tick: "m3.5 8.5 3 3 6-7",
  ticks: "m1 8.5 3 3 6-7M7.5 11l.5.5 6-7",
  failed: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 4.5v4M8 11.2v.1",
  unknown: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM6.2 6.3a1.9 1.9 0 1 1 2.6 1.8c-.5.2-.8.6-.8 1.1M8 11.4v.1",
  reply: "M6.5 4 2.5 8l4 4M3 8h6.5a4 4 0 0 1 4 4v.5",
  file: "M4 1.5h5l3 3v10H4zM9 1.5v3h3",
  pin: "M8 14.5S3 9.8 3 6.3a5 5 0 0 1 10 0c0 3.5-5 8.2-5 8.2ZM8 8a1.8 1.8 0 1 0 0-3.6A1.8 1.8 0 0 0 8 8Z",
  person: "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 14c.4-3 2.6-4.5 5.5-4.5s5.100 1.500 5.500 4.500",
  back: "M10 3 5 8l5 5",
  forward: "m6 3 5 5-5 5",
  info: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM8 7.2v4M8 4.7v.1",
  down: "m3 6 5 5 5-5",
  clip: "m13 7-5.600 5.600a3 3 0 0 1-4.300-4.300L9 2.500a2 2 0 0 1 2.900 2.900L6.200 11a1 1 0 0 1-1.400-1.400L10 4.500",
  translate: "M1.500 3.500h7M5 2v1.500M7 3.500c-.5 3-2.500 5-5 6M3 5.500c.8 1.800 2.500 3.300 4.500 4M8 14l3-7.500 3 7.500M9 11.500h4",
  transcribe: "M2 5v4M4.500 3v8M7 5v4M9.500 6h5M9.500 9h5M4.500 13.500h10",
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

/** A link to somewhere else; where the address is none, its text alone. */
export function externalLink(address, text, given = {}) {
  const href = safeUrl(address);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer", text, ...given }) : el("span", { text });
}

const LINK = /https?:\/\/[^\s<>"']+/gi;

/** Text with its web addresses as links. */
export function linked(text) {
  const parts = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const address = found.replace(/[.,;:!?)\]}]+$/, "");
    parts.push(text.slice(at, index), externalLink(address, address));
    at = index + address.length;
  }
  return [...parts, text.slice(at)];
}

const caches = new WeakMap();

/**
 * Makes the children of `parent` show `items`: elements are kept where `signature` (a list of
 * values) is the same as before, so that scrolling, focus and what is playing survive.
 */
export function keyed(parent, items, { key, signature, make }) {
  const before = caches.get(parent) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const old = before.get(key(item));
    const values = signature(item);
    const same = old && values.length === old.values.length && values.every((one, n) => one === old.values[n]);
    after.set(key(item), { values, node: same ? old.node : grafted(old?.node, make(item)) });
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

/**
 * What is to stand for `old`: `made`, or `old` with all of `made` around what plays in it. Taken out of the page a sound
 * or a film would stop.
 */
function grafted(old, made) {
  const playing = [...(old?.querySelectorAll("audio, video") ?? [])].find((one) => !one.paused);
  const twin = playing && [...made.querySelectorAll(playing.tagName)].find((one) => pathOf(one.src) === pathOf(playing.src));
  if (!twin || depth(playing, old) !== depth(twin, made)) return made;
  for (let kept = playing, fresh = twin; kept !== old; kept = kept.parentNode, fresh = fresh.parentNode) {
    const [around, place] = [[...fresh.parentNode.childNodes], kept.parentNode];
    for (const child of Array.from(place.childNodes)) if (child !== kept) child.remove();
    kept.before(...around.slice(0, around.indexOf(fresh)));
    kept.after(...around.slice(around.indexOf(fresh) + 1));
    place.className = fresh.parentNode.className;
    Object.assign(place.dataset, fresh.parentNode.dataset);
  }
  return old;
}

const pathOf = (address) => new URL(address, document.baseURI).pathname; // the rest of a file's address changes each time

function depth(element, top) {
  let levels = 0;
  for (let one = element; one !== top; one = one.parentNode) levels += 1;
  return levels;
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
