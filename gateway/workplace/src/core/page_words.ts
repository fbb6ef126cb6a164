// The words of what stands in the page from its beginning: attributes name them.
//
// data-t="a.b" is the text; data-t-label, data-t-title and data-t-placeholder are attributes.

import { effect } from "@preact/signals";
import { t, type Word } from "./words.ts";

const ATTRIBUTES = [["tLabel", "aria-label"], ["tTitle", "title"], ["tPlaceholder", "placeholder"]] as const;

/** Writes them, and writes them anew in each language that is chosen. */
export function writePageWords(): void {
  effect(() => {
    for (const element of document.querySelectorAll<HTMLElement>("[data-t], [data-t-label], [data-t-title], [data-t-placeholder]")) {
      const { t: text } = element.dataset;
      if (text) element.textContent = t(text as Word);
      for (const [name, attribute] of ATTRIBUTES) {
        const word = element.dataset[name];
        if (word) element.setAttribute(attribute, t(word as Word));
      }
    }
  });
}
