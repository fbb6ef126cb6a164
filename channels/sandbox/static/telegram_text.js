// A text with Telegram's entities. JavaScript counts strings as Telegram does: in UTF-16 units.

import { element, link } from "./elements.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code",
  blockquote: "q", expandable_blockquote: "q", spoiler: "mark",
};

export function formatted(text, entities = []) {
  const paragraph = element("p");
  let at = 0;
  for (const { first, last, types } of pieces(text, entities)) {
    if (first > at) paragraph.append(text.slice(at, first));
    paragraph.append(dressed(text.slice(first, last), types));
    at = last;
  }
  if (at < text.length) paragraph.append(text.slice(at));
  return paragraph;
}

/** Places where the set of entities changes, in order. */
function pieces(text, entities) {
  const cuts = [...new Set(entities.flatMap((one) => [one.offset, one.offset + one.length]))].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((first, index) => {
    const last = cuts[index + 1];
    return { first, last, types: entities.filter((one) => one.offset <= first && one.offset + one.length >= last) };
  }).filter(({ types }) => types.length);
}

function dressed(words, entities) {
  return entities.reduce((inner, one) => {
    if (one.type === "text_link" || one.type === "url") return link(one.url || words, words);
    const tag = TAGS[one.type];
    return tag ? element(tag, {}, inner) : inner;
  }, document.createTextNode(words));
}
