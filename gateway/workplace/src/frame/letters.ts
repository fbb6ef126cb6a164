// Which letter of a shortcut a key means, also where the keyboard writes Cyrillic or Greek.

/** The small Latin letter of a key: the one it writes, or else the one at its place on the keyboard; "" for other keys. */
export function letter({ key, code }: { key: string; code: string }): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  if (key.length !== 1 || key < "\u0080") return "";
  return /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? "";
}
