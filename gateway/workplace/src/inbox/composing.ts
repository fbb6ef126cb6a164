// What stands in the composer's field, for the parts around it: prepared replies, emoji, sending later, who else is there.

import { signal } from "@preact/signals";

/** The conversation that is written in; null where one can't write. */
export const writingIn = signal<string | null>(null);

/** The conversation where the window is closed and other ways of writing are offered; null elsewhere. */
export const offeredIn = signal<string | null>(null);

/** What the field says. */
export const typed = signal("");

interface Field {
  /** Have the cursor in it; false where one can't write. */
  focus: () => boolean;
  /** Put a text where the cursor is. */
  insert: (text: string) => void;
  /** Have the field say this and nothing else. */
  replace: (text: string) => void;
  /** What is in it, files too, as contents; it is empty afterwards. */
  take: () => { contents: object[]; replyTo: string | undefined } | null;
  /** Put back what could not be sent. */
  putBack: (contents: object[]) => void;
}

let field: Field | null = null;

/** Name the field that the parts write in. */
export function setField(next: Field | null): void {
  field = next;
}

export const theField = (): Field => {
  if (!field) throw new Error("there is no composer");
  return field;
};

type KeyHearer = (event: KeyboardEvent) => boolean;
let hearer: KeyHearer | null = null;

/** Let a list above the field have its keys first; it answers whether it took one. */
export function hearKeys(next: KeyHearer | null): void {
  hearer = next;
}

export const takesKey = (event: KeyboardEvent): boolean => hearer?.(event) ?? false;
