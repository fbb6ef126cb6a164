// The words of a language, found by their names. Without a browser, as in tests, it is English.

import en from "../languages/en/basic.ts";
import type { Translator } from "../languages/server_words.ts";
import type { Catalogue, Entry, Plural, Word } from "./words.ts";

export type Values = Record<string, string | number>;
export type Say = (word: Word, values?: Values) => string;

/** The text of a name in a catalogue: `{name}` in it becomes the value of that name, plural forms are chosen by `values.n`. */
export function textOf(catalogue: Catalogue, code: string, word: string, values: Values = {}): string {
  const entry = find(catalogue, word) ?? word; // words of the settings may not be there yet
  const text = typeof entry === "string" ? entry : formOf(entry, code, Number(values["n"]));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? shown(values[name]!, code) : whole));
}

export function find(catalogue: object, word: string): Entry | undefined {
  return word.split(".").reduce<unknown>((place, key) => (place as Record<string, unknown> | undefined)?.[key], catalogue) as Entry | undefined;
}

const rules = new Map<string, Intl.PluralRules>();

function formOf(entry: Plural, code: string, n: number): string {
  if (!rules.has(code)) rules.set(code, new Intl.PluralRules(code));
  return entry[rules.get(code)!.select(n) as keyof Plural] ?? entry.other;
}

function shown(value: string | number, code: string): string {
  return typeof value === "number" ? value.toLocaleString(code) : value;
}

interface Speaker {
  say: Say;
  code: () => string;
  /** What stands in the catalogue under a name, if anything. */
  entry: (word: string) => Entry | undefined;
  /** Of the server's sentences; null where they are as they should be. */
  translator: () => Translator | null;
}

let speaker: Speaker = { say: (word, values) => textOf(en, "en", word, values), code: () => "en", entry: (word) => find(en, word), translator: () => null };

/** Have `t` speak the language that the page shows. */
export function speakBy(other: Speaker): void {
  speaker = other;
}

/** The text of a name; for modules that are tested without a browser. Components take it from words.ts. */
export const t: Say = (word, values) => speaker.say(word, values);

/** The code of the language, as `ru`. */
export const languageCode = (): string => speaker.code();

/** Whether there is a text of this name: for names that come from the server, as of an event or a reason. */
export function isWord(name: string): name is Word {
  const entry = speaker.entry(name);
  return typeof entry === "string" || (typeof entry === "object" && typeof (entry as Plural).other === "string");
}

/** The text of a name that the server gave, under a prefix; a name that is newer than this page is shown as it is. */
export function named(prefix: string, name: string): string {
  const word = `${prefix}.${name}`;
  return isWord(word) ? t(word) : name;
}

/** What the server said in English in the language of the page; null where the page has no such sentence. */
export function known(text: string): string | null {
  const translator = speaker.translator();
  return translator ? translator.text(text) : text;
}

export const fromServer = (text: string): string => known(text) ?? text;

/** A problem of the server in the language of the page: by its sentence, or else by its code. */
export const problemText = (code: string, detail: string): string => speaker.translator()?.problem(code, detail) ?? withoutPlace(detail);

/** "The request is not valid at /to: there is none." is "There is none." for people: places are for programs. */
const withoutPlace = (detail: string): string => detail.replace(/^The request is not valid(?: at \S+)?: (.)/, (_, first: string) => first.toUpperCase());
