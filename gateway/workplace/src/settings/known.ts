// What forms of settings let one choose from.

import type { Choice } from "../ui/form.tsx";

export interface Named {
  id: string;
  name: string;
}

/** Choices of things with names, in the order of the names; `none` is the choice of nothing. */
export function choicesOf(some: readonly Named[], none?: string): Choice[] {
  const named = some.map((one) => ({ value: one.id, text: one.name })).sort((one, other) => one.text.localeCompare(other.text));
  return none === undefined ? named : [{ value: "", text: none }, ...named];
}

/** The names of some ids, as a list shows them. */
export const namesOf = (ids: readonly string[], some: readonly Named[]): string => ids.map((id) => some.find((one) => one.id === id)?.name).filter(Boolean).join(", ");
