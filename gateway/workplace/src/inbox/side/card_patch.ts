// A contact's card as a form has it, and what a changed form asks the server for. Pure.

import type { Contact, ContactField, FieldValue } from "../types.ts";

export interface CardDraft {
  name: string;
  language: string;
  /** With an empty one at the end, to write another one in. */
  phones: string[];
  emails: string[];
  fields: Record<string, string>;
}

const asText = (value: FieldValue | undefined) => (value === null || value === undefined ? "" : String(value));

export function draftOf(contact: Contact, fields: readonly ContactField[]): CardDraft {
  return {
    name: contact.name ?? "",
    language: contact.language ?? "",
    phones: [...contact.phones, ""],
    emails: [...contact.emails, ""],
    fields: Object.fromEntries(fields.map((one) => [one.key, asText(contact.fields[one.key])])),
  };
}

/** Rows with one changed; the last one is always empty. */
export function withRow(rows: readonly string[], at: number, value: string): string[] {
  const next = rows.map((one, n) => (n === at ? value : one));
  return next.at(-1)?.trim() ? [...next, ""] : next;
}

/** What differs, as a merge patch; empty where nothing does. */
export function cardPatch(contact: Contact, fields: readonly ContactField[], draft: CardDraft): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const part of ["name", "language"] as const) {
    const value = draft[part].trim() || null;
    if (value !== contact[part]) patch[part] = value;
  }
  for (const part of ["phones", "emails"] as const) {
    const rows = draft[part].map((one) => one.trim()).filter(Boolean);
    if (rows.join("\n") !== contact[part].join("\n")) patch[part] = rows;
  }
  const changed = fields.filter((one) => draft.fields[one.key] !== asText(contact.fields[one.key]));
  if (changed.length) patch["fields"] = Object.fromEntries(changed.map((one) => [one.key, typed(one, draft.fields[one.key] ?? "")]));
  return patch;
}

function typed(field: ContactField, text: string): FieldValue {
  if (!text.trim()) return null;
  if (field.type === "number") return Number(text);
  return field.type === "boolean" ? text === "true" : text.trim();
}
