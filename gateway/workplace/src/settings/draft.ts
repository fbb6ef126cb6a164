// What a form of settings holds while it is filled in, and what is sent of it. Pure.

export type Draft = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Draft => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a name; `a.b` is `b` within `a`. */
export function at(draft: Draft, name: string): unknown {
  return name.split(".").reduce<unknown>((place, key) => (isObject(place) ? place[key] : undefined), draft);
}

/** A draft with another value at a name. */
export function withValue(draft: Draft, name: string, value: unknown): Draft {
  const [first, ...rest] = name.split(".");
  if (!rest.length) return { ...draft, [first!]: value };
  const inner = draft[first!];
  return { ...draft, [first!]: withValue(isObject(inner) ? inner : {}, rest.join("."), value) };
}

/** The merge patch (RFC 7396) that makes `after` of `before`; null where they are the same. */
export function patchOf(before: Draft, after: Draft): Draft | null {
  const patch: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (isObject(old) && isObject(value)) {
      const inner = patchOf(old, value);
      if (inner) patch[key] = inner;
    } else if (!same(old, value)) patch[key] = value;
  }
  for (const key of Object.keys(before)) if (!(key in after)) patch[key] = null;
  return Object.keys(patch).length ? patch : null;
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Of a record what a draft has: as it is there, or as in `blank`. */
export function draftOf(record: Draft, blank: Draft): Draft {
  return Object.fromEntries(Object.entries(blank).map(([key, value]) => [key, record[key] ?? value]));
}

/** `credentials.access_token` as the server names it: `/credentials/access_token`. */
export const pointerOf = (name: string): string => `/${name.replaceAll(".", "/")}`;
