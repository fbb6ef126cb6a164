// How an automatic text reads, with values as a customer might have them. Pure.

const VALUE = /\{\{\s*([a-z_]+)\.([a-z_]+)\s*(?:\|[^}]*)?\}\}/g;
const BLOCK = /\{%.*?%\}/gs;

/** A text with sample values in the place of variables; blocks of conditions are shown as if they held. */
export function previewOf(text: string, samples: Readonly<Record<string, string>>): string {
  return text.replace(BLOCK, "").replace(VALUE, (whole, owner: string, name: string) => samples[`${owner}.${name}`] ?? whole).trim();
}
