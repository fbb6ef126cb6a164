// What a campaign's message looks like: the template with what was written, or the columns, in the place of its variables. Pure.

import { partsOf } from "../templates/template_parts.js";
import type { Component, Preview } from "../templates/template_types.ts";
import type { Texts } from "./variables.ts";

const VARIABLE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

interface Parts {
  header: string;
  format: string;
  body: string;
  footer: string;
  buttons: { text: string }[];
  cards: { format: string; body: string; buttons: { text: string }[] }[];
}

/** `usual` is what a variable of the body gets where nothing was written; a variable without either stays as it is. */
export function messagePreview(components: readonly Component[], texts: Texts, usual: (name: string) => string): Preview {
  const { header, format, body, footer, buttons, cards } = partsOf(components) as Parts;
  const hasHeader = header !== "" || format !== "TEXT";
  return {
    header: hasHeader ? { text: format === "TEXT" ? filled(header, () => texts["0 header"] ?? "") : null, format } : null,
    body: filled(body, (name) => texts[`0 body ${name}`] || usual(name)),
    footer: footer || null,
    buttons: buttons.map(({ text }) => ({ text })),
    ...(cards.length > 0 && {
      cards: cards.map((card, n) => ({
        header: { text: null, format: card.format }, body: filled(card.body, (name) => texts[`${n + 1} body ${name}`] ?? ""), buttons: card.buttons.map(({ text }) => ({ text })),
      })),
    }),
  };
}

const filled = (text: string, valueOf: (name: string) => string): string => text.replace(VARIABLE, (whole, name: string) => valueOf(name) || whole);
