// Text as a customer wrote it: its line breaks, its direction, its formatting, its web addresses as links.

import type { ComponentChildren } from "preact";
import { safeUrl } from "../../core/dom.js";

/** How a stretch of a text is formatted. Places are those of strings here: UTF-16 units. */
export interface Mark {
  type: string;
  offset: number;
  length: number;
  url?: string;
}

const LINK = /https?:\/\/[^\s<>"']+/gi;
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", spoiler: "mark", code: "code", pre: "code", quote: "q" } as const;

export function Words({ text, marks = [] }: { text: string; marks?: Mark[] }) {
  return <p class="words" dir="auto">{marks.length ? marked(text, marks) : linked(text)}</p>;
}

/** A link to somewhere else; where the address is none, its text alone. */
export function External({ address, title, children }: { address: string; title?: string; children: ComponentChildren }) {
  const href = safeUrl(address);
  return href ? <a href={href} target="_blank" rel="noopener noreferrer" title={title}>{children}</a> : <span>{children}</span>;
}

/** The pieces of a text between the places where its formatting changes. */
function marked(text: string, marks: Mark[]): ComponentChildren {
  const places = new Set([0, text.length, ...marks.flatMap((one) => [one.offset, one.offset + one.length])]);
  const cuts = [...places].filter((one) => one <= text.length).sort((a, b) => a - b);
  return cuts.slice(1).map((end, n) => {
    const over = marks.filter((one) => one.offset <= cuts[n]! && one.offset + one.length >= end);
    return <Piece key={n} words={text.slice(cuts[n], end)} over={over} />;
  });
}

function Piece({ words, over }: { words: string; over: Mark[] }) {
  const link = over.find((one) => one.type === "link")?.url;
  const inner: ComponentChildren = link ? <External address={link} title={link}>{words}</External> : linked(words);
  return <>{over.reduce((made, { type }) => {
    const Tag = Object.hasOwn(TAGS, type) ? TAGS[type as keyof typeof TAGS] : null;
    return Tag ? <Tag>{made}</Tag> : made;
  }, inner)}</>;
}

function linked(text: string): ComponentChildren {
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const address = found.replace(/[.,;:!?)\]}]+$/, "");
    parts.push(text.slice(at, index), <External key={index} address={address}>{address}</External>);
    at = index + address.length;
  }
  return [...parts, text.slice(at)];
}
