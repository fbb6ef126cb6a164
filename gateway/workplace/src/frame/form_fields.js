// Fields of a form of settings: each with its label, a hint, and a place for the server's objection.

import { faultLine } from "./dialog.js";
import { el } from "../core/dom.js";

const BOUNDS = {
  "int>=": (bound) => `Write a number of ${bound} or more.`,
  "int<=": (bound) => `Write a number of ${bound} or less.`,
  "str>=": () => "Write something here.",
  "str<=": (bound) => `Write at most ${bound} letters.`,
};

/** What the server says of a value, as a sentence; much of it is one already. */
export function inWords(message) {
  const [, kind, sign, bound] = message.match(/^expected `(int|str)`(?: of length)? (<=|>=) (\d+)/i) ?? [];
  if (bound) return BOUNDS[kind + sign](bound);
  if (/matching regex|RFC3339/.test(message)) return "Write it as in the example.";
  return `${message[0].toUpperCase()}${message.slice(1)}.`;
}

/** A rule over several values points to none of them; where its sentence begins with a name, it is meant: "`time_zone` must be …". */
export function atField({ pointer, message }) {
  const [, name, rest] = message.match(/^`([\w.]+)` (.*)$/s) ?? [];
  return name && !pointer ? { pointer: `/${name.replaceAll(".", "/")}`, message: rest } : { pointer, message };
}

export class Fields {
  #known = new Map(); // pointer → {input, line}

  /** @param {string} prefix Begins the ids of the inputs. */
  constructor(prefix) {
    this.prefix = prefix;
  }

  /** Makes a field of an input; `pointer` names its value in the request (RFC 6901). */
  field(pointer, label, hint, input) {
    const id = this.#register(pointer, input);
    const { line } = this.#known.get(pointer);
    const parts = [el("label", { for: id, text: label }), input, el("p", { class: "soft small", id: `${id}-hint`, text: hint }), line];
    if (input.type === "checkbox") parts.splice(0, 2, el("label", { class: "check", for: id }, input, label));
    return el("div", { class: "field" }, parts);
  }

  number(pointer, label, hint, value) {
    return this.field(pointer, label, hint, el("input", { type: "text", inputmode: "numeric", autocomplete: "off", value: value ?? "" }));
  }

  text(pointer, label, hint, value) {
    return this.field(pointer, label, hint, el("input", { type: "text", autocomplete: "off", value }));
  }

  check(pointer, label, hint, value) {
    return this.field(pointer, label, hint, el("input", { type: "checkbox", checked: value }));
  }

  /** @param {{value: string, text: string}[]} choices */
  choice(pointer, label, hint, choices, value) {
    const options = choices.map((one) => el("option", { value: one.value, text: one.text, selected: one.value === (value ?? "") }));
    return this.field(pointer, label, hint, el("select", {}, options));
  }

  /** Boxes to tick, one for each thing; the value of each is at `pointer/id`. */
  several(pointer, label, hint, things, chosen) {
    const box = ({ id, name }) => {
      const input = el("input", { type: "checkbox", checked: chosen.includes(id) });
      this.#register(`${pointer}/${id}`, input);
      return el("label", { class: "check", for: input.id }, input, el("span", { text: name, dir: "auto" }));
    };
    const labelId = `${this.prefix}${pointer.replaceAll("/", "-")}-label`;
    const boxes = el("div", { class: "several", role: "group", "aria-labelledby": labelId }, things.map(box));
    return el("div", { class: "field" }, el("span", { class: "label", id: labelId, text: label }), boxes, el("p", { class: "soft small", text: hint }));
  }

  #register(pointer, input) {
    const id = `${this.prefix}${pointer.replaceAll("/", "-")}`;
    const line = faultLine();
    line.id = `${id}-fault`;
    input.id = id;
    input.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
    this.#known.set(pointer, { input, line });
    return id;
  }

  /** What is in the fields, by pointer: text, or true and false. */
  values() {
    const valueOf = (input) => (input.type === "checkbox" ? input.checked : input.value);
    return Object.fromEntries([...this.#known].map(([pointer, { input }]) => [pointer, valueOf(input)]));
  }

  /** Says at the fields what is wrong; tells whether one of them is meant. A hidden part hears that it is needed. */
  object(errors) {
    let first = null;
    for (const { pointer, message } of errors.map(atField)) {
      const found = this.#known.get(pointer) ?? this.#known.get(pointer.replace(/\/\d+$/, ""));
      if (!found) continue;
      found.line.say(inWords(message));
      found.input.setAttribute("aria-invalid", "true");
      first ??= found.input;
    }
    first?.closest("[hidden]")?.dispatchEvent(new Event("needed"));
    first?.focus();
    return first !== null;
  }

  clear() {
    for (const { input, line } of this.#known.values()) {
      line.say("");
      input.removeAttribute("aria-invalid");
    }
  }
}

/** A form with its buttons; `submit()` saves or throws what the server says. */
export function settingsForm(fields, { id, submit, done }, ...children) {
  const fault = faultLine();
  const button = el("button", { class: "primary", text: "Save", id });
  const form = el(
    "form",
    { class: "settings-form", novalidate: true, on: { submit: (event) => send(event) } },
    ...children,
    fault,
    el("div", { class: "dialog-actions" }, el("button", { type: "button", text: "Cancel", on: { click: done } }), button),
  );

  async function send(event) {
    event.preventDefault();
    fault.say("");
    fields.clear();
    button.disabled = true;
    try {
      if (await submit(fields.values())) done();
    } catch (problem) {
      if (!fields.object(problem.errors ?? [])) fault.say(problem.message);
    } finally {
      button.disabled = false;
    }
  }

  return form;
}
