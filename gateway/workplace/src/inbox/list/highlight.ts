// Cutting a text into what was found and what was not. Pure.

export interface Piece {
  text: string;
  found: boolean;
}

/** `marks` are places in characters, as the server counts them: an emoji is one. They come in order and do not overlap. */
export function pieces(text: string, marks: readonly (readonly [number, number])[]): Piece[] {
  const letters = [...text];
  const cut = (from: number, to: number, found: boolean): Piece => ({ text: letters.slice(from, to).join(""), found });
  const parts = marks.flatMap(([from, to], n) => [cut(marks[n - 1]?.[1] ?? 0, from, false), cut(from, to, true)]);
  return [...parts, cut(marks.at(-1)?.[1] ?? 0, letters.length, false)].filter((one) => one.text);
}

/** Where the words that are looked for begin a word of a name, without regard to case. */
export function marksOf(name: string, wanted: string): [number, number][] {
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return [...name.matchAll(/[\p{L}\p{N}]+/gu)].flatMap(({ 0: word, index }) => {
    const begun = words.filter((one) => word.toLocaleLowerCase().startsWith(one)).sort((a, b) => b.length - a.length)[0];
    const at = Array.from(name.slice(0, index)).length;
    return begun ? [[at, at + Array.from(begun).length] as [number, number]] : [];
  });
}
