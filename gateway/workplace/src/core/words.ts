// The page's words: one catalogue a language, all with the same keys; the compiler knows the keys.

import { computed, signal } from "@preact/signals";
import en from "../languages/en/basic.ts";
import type { NoticeWords } from "../push/worker_rules.ts";
import type enSettings from "../languages/en/settings.ts";
import { find, speakBy, textOf, type Values } from "./say.ts";
import type { ServerWords, Translator } from "../languages/server_words.ts";

export { isWord, named } from "./say.ts";

/** A text, or its plural forms by the categories of `Intl.PluralRules`; `other` is always there. */
export type Entry = string | Plural;
export type Plural = { one?: string; few?: string; many?: string; other: string };

/** A catalogue of the same shape as the English one. */
export type Same<T> = { [Key in keyof T]: T[Key] extends Entry ? Entry : Same<T[Key]> };
export type BasicWords = Same<typeof en>;
export type SettingsWords = Same<typeof enSettings>;
/** The words of the settings, a half of all, come when the settings are opened. */
export type Catalogue = BasicWords & { settings?: SettingsWords };

type Paths<T, Prefix extends string = ""> = {
  [Key in keyof T & string]: T[Key] extends Entry ? `${Prefix}${Key}` : Paths<T[Key], `${Prefix}${Key}.`>;
}[keyof T & string];
/** The name of a text, as `settings.save`. */
export type Word = Paths<typeof en & { settings: typeof enSettings }>;

interface Language {
  name: string;
  load: () => Promise<BasicWords>;
  loadSettings: () => Promise<SettingsWords>;
  /** What the browser shows while the page is closed. */
  loadNotices: () => Promise<NoticeWords>;
  /** What the server says in English. */
  loadServer?: () => Promise<Translator>;
}

export const LANGUAGES: Readonly<Record<string, Language>> = {
  en: {
    name: "English",
    load: () => Promise.resolve(en),
    loadSettings: () => import("../languages/en/settings.ts").then((file) => file.default),
    loadNotices: () => import("../languages/en/notices.ts").then((file) => file.default),
  },
  ru: {
    name: "Русский",
    load: () => import("../languages/ru/basic.ts").then((file) => file.default),
    loadSettings: () => import("../languages/ru/settings.ts").then((file) => file.default),
    loadNotices: () => import("../languages/ru/notices.ts").then((file) => file.default),
    loadServer: () => translatorOf(import("../languages/ru/server.ts")),
  },
};

/** What translates comes with what it translates by: English needs neither. */
async function translatorOf(loading: Promise<{ default: ServerWords }>): Promise<Translator> {
  const [words, file] = await Promise.all([loading, import("../languages/server_words.ts")]);
  return new file.Translator(words.default);
}

const KEPT = "workplace.language";

const chosen = signal<{ code: string; catalogue: Catalogue }>({ code: "en", catalogue: en });

/** The code of the language that is shown, as `ru`. */
export const language = computed(() => chosen.value.code);

/** Show another language, and remember it on this device. */
export async function chooseLanguage(code: string): Promise<void> {
  await show(code);
  try {
    localStorage.setItem(KEPT, code);
  } catch {
    // Without storage the browser's own language is asked for again at the next start.
  }
}

/** Show the language that was chosen on this device, or else the first one of the browser's that there is. */
export function startLanguage(): Promise<void> {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // The browser's languages are as good a guess.
  }
  const wanted = [kept, ...navigator.languages.map((one) => one.split("-")[0])];
  return show(wanted.find((code) => code && code in LANGUAGES) ?? "en");
}

/** Whether the words of the settings are there. */
export const settingsWords = signal(false);

/** Load the words of the settings, unless they are there. */
export async function loadSettingsWords(): Promise<void> {
  if (settingsWords.value) return;
  const { code, catalogue } = chosen.value;
  const settings = await LANGUAGES[code]!.loadSettings();
  if (chosen.value.code !== code) return loadSettingsWords();
  chosen.value = { code, catalogue: { ...catalogue, settings } };
  settingsWords.value = true;
}

const translator = signal<{ code: string; of: Translator } | null>(null);

/** The server's sentences are not waited for: until they are there, as where they can't be loaded, it speaks English. */
async function translate(code: string, load: Language["loadServer"]): Promise<void> {
  if (!load || translator.value?.code === code) return;
  try {
    translator.value = { code, of: await load() };
  } catch {
    // What can be loaded no more is offered anew with the whole page.
  }
}

async function show(code: string): Promise<void> {
  const { load, loadSettings, loadServer } = LANGUAGES[code] ?? LANGUAGES["en"]!;
  const [basic, settings] = await Promise.all([load(), settingsWords.value ? loadSettings() : undefined]);
  chosen.value = { code, catalogue: settings ? { ...basic, settings } : basic };
  document.documentElement.lang = code;
  void translate(code, loadServer);
}

/**
 * The text of a name in the language that is shown.
 *
 * `{name}` in it becomes the value of that name. Plural forms are chosen by `values.n`.
 */
export function t(word: Word, values: Values = {}): string {
  return textOf(chosen.value.catalogue, chosen.value.code, word, values);
}

speakBy({
  say: t,
  code: () => chosen.value.code,
  entry: (word) => find(chosen.value.catalogue, word),
  translator: () => (translator.value?.code === chosen.value.code ? translator.value.of : null),
});
