// What operators type to format a text, as in WhatsApp: *bold*, _italic_, ~crossed out~ and `code` become marks.

interface Mark {
  type: string;
  offset: number;
  length: number;
}

interface Marked {
  text: string;
  marks?: Mark[];
}

const KINDS: Record<string, string> = { "*": "bold", _: "italic", "~": "strikethrough", "`": "code" };
const SIGNS = Object.fromEntries(Object.entries(KINDS).map(([sign, kind]) => [kind, sign]));
const MOST = 100; // the server's limit

/** A sign at the edge of a word, something to read without white space at its ends, the sign again: all in one line. */
const SIGNED = /(?<![\p{L}\p{N}\\*_~`/])([*_~`])(?!\1)(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}*_~`])/gu;
const READABLE = /[\p{L}\p{N}]/u;
const ADDRESS = /https?:\/\/\S+/gi;

/** A text without its signs, with the marks that they stand for; as it is where it has none. */
export function withoutSigns(text: string): Marked {
  const { text: plain, marks } = read(text);
  return marks.length && marks.length <= MOST ? { text: plain, marks } : { text };
}

function read(text: string): Required<Marked> {
  const addresses = [...text.matchAll(ADDRESS)].map(({ 0: found, index }) => [index, index + found.length] as const);
  const marks: Mark[] = [];
  let [plain, at] = ["", 0];
  for (const found of text.matchAll(SIGNED)) {
    const [whole, sign, inner] = found as unknown as [string, string, string];
    const [start, end] = [found.index, found.index + whole.length];
    const torn = addresses.some(([first, last]) => (first < start && start < last) || (first < end && end <= last));
    if (torn || !READABLE.test(inner)) continue;
    plain += text.slice(at, start);
    const said = sign === "`" ? { text: inner, marks: [] } : read(inner);
    marks.push({ type: KINDS[sign] as string, offset: plain.length, length: said.text.length });
    marks.push(...said.marks.map((one) => ({ ...one, offset: one.offset + plain.length })));
    plain += said.text;
    at = end;
  }
  return { text: plain + text.slice(at), marks };
}

/** The signs back in a text, to be corrected in the field. */
export function withSigns(text: string, marks: Mark[] = []): string {
  const known = marks.filter((one) => one.type in SIGNS);
  const signsOf = (list: Mark[]) => list.map((one) => SIGNS[one.type]).join("");
  let made = "";
  for (let place = 0; place <= text.length; place += 1) {
    const ending = known.filter((one) => one.offset + one.length === place).toReversed();
    const beginning = known.filter((one) => one.offset === place);
    made += signsOf(ending) + signsOf(beginning) + text.slice(place, place + 1);
  }
  return made;
}

/** A text in which a part is between two signs, or no longer; the part's new place. */
export function signed(text: string, from: number, to: number, sign: string): [string, number, number] {
  const [before, part, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  if (before.endsWith(sign) && after.startsWith(sign)) return [before.slice(0, -1) + part + after.slice(1), from - 1, to - 1];
  return [before + sign + part + sign + after, from + 1, to + 1];
}
