// Saved views as what the list shows. Pure.

import { meaningful, type Filter } from "../../core/filtering.ts";
import type { Topic } from "../types.ts";

export interface SavedView {
  id: string;
  name: string;
  owner_id: string;
  filter: Record<string, unknown>;
  order: string;
  shared: boolean;
}

interface Shown {
  view: string;
  order: string;
  search: string;
  filter: Filter;
}

const partOf = ({ filter }: SavedView): string => (filter["state"] === "closed" ? "closed" : String(filter["view"] ?? "all"));

/** What the list is told to show a view. */
export function filterPatch(view: SavedView, topics: readonly Topic[]): Shown & { topics: Set<string> } {
  const filter = meaningful(view.filter);
  return { view: partOf(view), order: view.order, search: String(view.filter["q"] ?? ""), filter, topics: topicsOf(topics, filter.topic_id) };
}

/** Is it what the list shows? */
export function viewShown(view: SavedView, shown: Shown): boolean {
  const same = JSON.stringify(Object.entries(meaningful(view.filter)).sort()) === JSON.stringify(Object.entries(shown.filter).sort());
  return same && partOf(view) === shown.view && view.order === shown.order && String(view.filter["q"] ?? "") === shown.search.trim();
}

/** A topic and all below it. */
export function topicsOf(topics: readonly Topic[], id: string | undefined): Set<string> {
  if (!id) return new Set();
  const below = topics.filter((one) => one.parent_id === id).flatMap((one) => [...topicsOf(topics, one.id)]);
  return new Set([id, ...below]);
}
