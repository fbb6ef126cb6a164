/* Elements are made of texts, never of HTML: what people write and what files are called is shown, not run. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, handle] of Object.entries(value)) made.addEventListener(event, handle);
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SHAPES = {
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-7z",
  smile: "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M8 14c2 3 6 3 8 0M9 9v1M15 9v1",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l2 1H4zM10 21h4",
  mute: "M6 17V11a6 6 0 0 1 12 0v6l2 1H4zM10 21h4M3 3l18 18",
  clip: "M8 12l6-6a3 3 0 0 1 4 4l-8 8a5 5 0 0 1-7-7l8-8",
};

export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  const set = { viewBox: "0 0 24 24", width: 24, height: 24, "aria-hidden": "true", focusable: "false" };
  for (const [key, value] of Object.entries(set)) picture.setAttribute(key, value);
  const drawn = { d: SHAPES[name], fill: "none", stroke: "currentColor", "stroke-width": 2, "stroke-linejoin": "round" };
  for (const [key, value] of Object.entries(drawn)) path.setAttribute(key, value);
  path.setAttribute("stroke-linecap", "round");
  picture.append(path);
  return picture;
}

/* Only the web: no javascript:, no data:. */
export function webAddress(address, base) {
  try {
    const url = new URL(address, base);
    return ["https:", "http:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

export function withLinks(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(end, found.index), outside(found[0], found[0]));
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)];
}

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", spoiler: "mark", code: "code", pre: "code", quote: "q" };

/* A text with its formatting: where what holds changes, a new piece begins. */
export function withMarks(text, marks = []) {
  if (!marks.length) return withLinks(text);
  const places = new Set([0, text.length, ...marks.flatMap((one) => [one.offset, one.offset + one.length])]);
  const cuts = [...places].filter((one) => one <= text.length).sort((a, b) => a - b);
  return cuts.slice(1).flatMap((end, n) => {
    const over = marks.filter((one) => one.offset <= cuts[n] && one.offset + one.length >= end);
    const words = text.slice(cuts[n], end);
    return over.some((one) => one.type === "link") ? over.reduce(marked, [words]) : over.reduce(marked, withLinks(words));
  });
}

function marked(inner, { type, url }) {
  const href = type === "link" && webAddress(url);
  if (href) return [outside(href, ...inner)];
  return TAGS[type] ? [element(TAGS[type], {}, ...inner)] : inner;
}

export function outside(href, ...children) {
  return element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}
