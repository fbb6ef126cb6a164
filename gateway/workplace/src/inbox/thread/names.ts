// What people of a thread are called.

import { t, named } from "../../core/say.ts";
import type { Author } from "./types.ts";

export type Names = ReadonlyMap<string, string>;

export interface People {
  me: { id: string };
  /** Operators by id. */
  names: Names;
  /** The name of the customer. */
  customer: string;
}

const kept = new WeakMap<object, Names>();

/** The operators' names alone: what else changes of an operator is no reason to draw anything anew. */
export function namesOf(operators: ReadonlyMap<string, { name: string }>): Names {
  let names = kept.get(operators);
  if (!names) kept.set(operators, (names = new Map([...operators].map(([id, { name }]) => [id, name]))));
  return names;
}

/** Those of before, where they are the same. */
export const sameNames = (before: Names, now: Names): Names =>
  before.size === now.size && [...now].every(([id, name]) => before.get(id) === name) ? before : now;

/** What a person calls an author. */
export function authorName({ kind, id }: Author, { me, names, customer }: People): string {
  if (kind === "contact") return customer;
  if (kind !== "operator") return named("message.authors", kind);
  if (id === me.id) return t("list.you");
  return names.get(id ?? "") ?? t("side.operator");
}
