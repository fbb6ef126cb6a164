// Numbers as somebody pasted them, for calls that take some at a time. Pure.

/** What the API takes in one call. */
export const AT_ONCE = 1000;

/** One number a line, or parted by commas or semicolons; each once. */
export function numbersOf(text: string): string[] {
  return [...new Set(text.split(/[\n\r,;]+/).map((one) => one.trim()).filter(Boolean))];
}

export function inParts<T>(all: readonly T[], size = AT_ONCE): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

/** Which of the numbers of a call a fault is about, as `/phones/3`. */
export const numberAt = (pointer: string, numbers: readonly string[]): string => numbers[Number(pointer.split("/").at(-1))] ?? "";
