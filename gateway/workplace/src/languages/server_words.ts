// The server's English sentences in the language of the page. Pure.
//
// A table has them by the sentence itself; `{name}` in one stands for whatever the server put there, which stays as it is;
// `{kind}` is a word or a sentence of the table, too. Of a problem whose sentence is not there the code says at least what kind it is.

export interface ServerWords {
  /** What each code of a problem means. */
  codes: Readonly<Record<string, string>>;
  sentences: Readonly<Record<string, string>>;
}

interface Pattern {
  form: RegExp;
  names: readonly string[];
  said: string;
}

const SLOT = /\{(\w+)\}/g;

export class Translator {
  readonly #words: ServerWords;
  readonly #patterns: readonly Pattern[];

  constructor(words: ServerWords) {
    this.#words = words;
    this.#patterns = Object.entries(words.sentences).filter(([sentence]) => sentence.includes("{")).map(pattern);
  }

  /** A sentence of the server; null where the table does not have it. */
  sentence(text: string): string | null {
    if (Object.hasOwn(this.#words.sentences, text)) return this.#words.sentences[text]!;
    for (const { form, names, said } of this.#patterns) {
      const found = form.exec(text);
      const values = found && names.map((name, n) => (name === "kind" ? this.sentence(found[n + 1]!) : found[n + 1]!));
      if (values?.every((one) => one !== null)) return said.replace(SLOT, (_, name: string) => values[names.indexOf(name)]!);
    }
    return null;
  }

  /** Several sentences in one text, each as it can be said. */
  text(text: string): string | null {
    const whole = this.sentence(text);
    if (whole !== null) return whole;
    const parts = text.split(/(?<=[.!?]) (?=[A-Z])/).map((one) => this.sentence(one));
    return parts.length > 1 && parts.every((one) => one !== null) ? parts.join(" ") : null;
  }

  problem(code: string, detail: string): string {
    return this.text(detail) ?? this.#words.codes[code] ?? detail;
  }
}

function pattern([sentence, said]: [string, string]): Pattern {
  const names = [...sentence.matchAll(SLOT)].map((found) => found[1]!);
  const form = sentence.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("(.+?)");
  return { form: new RegExp(`^${form}$`, "s"), names, said };
}
