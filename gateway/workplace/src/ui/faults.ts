// What the server says of single values, for the fields of a form. Pure.

interface FieldFault {
  pointer: string;
  message: string;
}

/** A text of the catalogue with its number, or the server's own sentence. */
type Said = { word: "at_least" | "at_most" | "something" | "shorter" | "form"; n: number } | { text: string };

const BOUNDS = { "int>=": "at_least", "int<=": "at_most", "str>=": "something", "str<=": "shorter" } as const;

/** What is said of a value: the usual rules in words of the catalogue, all else as the server's sentence. */
export function saidOf(message: string): Said {
  const [, kind, sign, bound] = /^expected `(int|str)`(?: of length)? (<=|>=) (\d+)/i.exec(message) ?? [];
  if (bound) return { word: BOUNDS[`${kind}${sign}` as keyof typeof BOUNDS], n: Number(bound) };
  if (/matching regex|RFC3339/.test(message)) return { word: "form", n: 0 };
  return { text: message && `${message[0]!.toUpperCase()}${message.slice(1)}` };
}

/** A rule over several values points to none of them; where its sentence begins with a name, that one is meant. */
export function atField({ pointer, message }: FieldFault): FieldFault {
  const [, name, rest] = /^`([\w.]+)` (.*)$/s.exec(message) ?? [];
  return name && rest && !pointer ? { pointer: `/${name.replaceAll(".", "/")}`, message: rest } : { pointer, message };
}
