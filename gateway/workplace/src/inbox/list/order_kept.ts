// Rows stay where they are while the pointer is over them. Pure.

/** The shown ones in the order of before: who is new comes last, who is gone is left out. */
export function asBefore<T extends { id: string }>(shown: readonly T[], before: readonly string[]): T[] {
  const place = new Map(before.map((id, n) => [id, n]));
  const known = shown.filter((one) => place.has(one.id)).sort((one, other) => place.get(one.id)! - place.get(other.id)!);
  return [...known, ...shown.filter((one) => !place.has(one.id))];
}
