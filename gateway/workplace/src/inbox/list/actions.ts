// What the list asks of the inbox, and what is picked in it.

import { signal } from "@preact/signals";

export interface ListActions {
  open: (id: string) => void;
  /** Show another tab, order, search or filter. */
  show: (what: object) => void;
  /** Read the next page. */
  more: () => void;
}

let actions: ListActions | null = null;

export function setListActions(next: ListActions | null): void {
  actions = next;
}

export const theList = (): ListActions => {
  if (!actions) throw new Error("there is no inbox");
  return actions;
};

/** The conversations that are picked for one action; null while one opens them as usual. */
export const picked = signal<ReadonlySet<string> | null>(null);

export function togglePicked(id: string): void {
  const next = new Set(picked.value);
  if (!next.delete(id)) next.add(id);
  picked.value = next;
}

/** What is looked for in everything; null while the list is shown. */
export const searched = signal<string | null>(null);

/** Go into the list by a key. */
export function toList(event: Event): void {
  event.preventDefault();
  document.getElementById("list")?.focus();
}
