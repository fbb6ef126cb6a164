// A text with its formatting, as elements. Places of marks are those of strings here: UTF-16 units.

import { el, externalLink, linked } from "../core/dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", spoiler: "mark", code: "code", pre: "code", quote: "q" };

/** The pieces of a text between the places where its formatting changes; addresses are links. */
export function marked(text, marks = []) {
  const places = new Set([0, text.length, ...marks.flatMap((one) => [one.offset, one.offset + one.length])]);
  const cuts = [...places].filter((one) => one <= text.length).sort((a, b) => a - b);
  return cuts.slice(1).flatMap((end, n) => {
    const over = marks.filter((one) => one.offset <= cuts[n] && one.offset + one.length >= end);
    return dressed(text.slice(cuts[n], end), over);
  });
}

function dressed(words, over) {
  const link = over.find((one) => one.type === "link");
  const inner = link ? [externalLink(link.url, words, { title: link.url })] : linked(words);
  return over.reduce((made, { type }) => (Object.hasOwn(TAGS, type) ? [el(TAGS[type], {}, made)] : made), inner);
}
