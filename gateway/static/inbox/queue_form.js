// The settings of a queue that change most often, with the server's objections at their fields.

import { faultLine } from "./dialog.js";
import { el } from "./dom.js";
import { numberOf, queuePatch } from "./queue_patch.js";

const NUMBERS = [
  ["limit", "Limit", "The most conversations that wait at once. Empty: no limit."],
  ["max_wait_seconds", "Longest wait, in seconds", "Then it is closed or goes to the next queue. Empty: as long as it takes."],
  ["capacity", "Capacity", "The most conversations one operator has at once, unless they have a number of their own."],
];

const OCCASIONS = [
  ["greeting", "Greeting", "When somebody enters the queue"],
  ["returning", "Welcome back", "To somebody who has written before"],
  ["waiting", "Waiting", "Again and again while they wait"],
  ["nobody_available", "Nobody there", "When no operator can take it"],
  ["out_of_hours", "Out of hours", "Outside of the business hours"],
  ["overflow", "Queue full", "When the limit is reached"],
  ["assigned", "Assigned", "When an operator gets it"],
  ["transferred", "Transferred", "When it goes to somebody else"],
  ["no_answer", "Late answer", "When the operator takes long"],
  ["closing_soon", "Closing soon", "Before it closes by itself"],
  ["closed", "Closed", "When it is closed"],
];

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

/** The server's bounds of a number as a sentence; what it says of texts is one already. */
function inWords(message) {
  const [, sign, bound] = message.match(/^expected `int` (<=|>=) (\d+)/i) ?? [];
  if (bound) return `Write a number of ${bound} or ${sign === ">=" ? "more" : "less"}.`;
  return `${message[0].toUpperCase()}${message.slice(1)}.`;
}

/** Makes the form; `save(patch)` sends it and throws what the server says. */
export function queueForm(queue, language, { save, done }) {
  const fault = faultLine();
  const fields = new Map(); // pointer → {input, line}
  const texts = el("div", { class: "fields" });
  const languages = [...new Set([language, "en", "ru", ...Object.values(queue.texts).flatMap((one) => Object.keys(one))])];
  const chosen = el(
    "select", { id: "text-language", on: { change: () => drawTexts() } },
    languages.map((one) => el("option", { value: one, text: LANGUAGES.of(one), selected: one === language })),
  );
  const button = el("button", { class: "primary", text: "Save", id: "save-queue" });
  const form = el(
    "form",
    { class: "queue-form", novalidate: true, on: { submit: (event) => submit(event) } },
    el("div", { class: "fields numbers" }, NUMBERS.map(([name, label, hint]) => number(name, label, hint))),
    el("div", { class: "texts-head" }, el("h3", { text: "Automatic texts" }), el("label", { class: "small" }, "Language ", chosen)),
    el("p", { class: "soft small", text: "An empty text is not sent. A customer whose language has no text gets it in the workspace’s language, otherwise in another one." }),
    texts,
    fault,
    el("div", { class: "dialog-actions" }, el("button", { type: "button", text: "Cancel", on: { click: done } }), button),
  );

  function number(name, label, hint) {
    const input = el("input", { type: "text", inputmode: "numeric", autocomplete: "off", name, value: queue[name] ?? "" });
    return field(`/${name}`, label, hint, input);
  }

  function field(pointer, label, hint, input) {
    const id = `queue${pointer.replaceAll("/", "-")}`;
    const line = faultLine();
    line.id = `${id}-fault`;
    input.id = id;
    input.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
    fields.set(pointer, { input, line });
    return el("div", { class: "field" }, el("label", { for: id, text: label }), input, el("p", { class: "soft small", id: `${id}-hint`, text: hint }), line);
  }

  function drawTexts() {
    for (const pointer of fields.keys()) if (pointer.startsWith("/texts/")) fields.delete(pointer);
    texts.replaceChildren(...OCCASIONS.map(([occasion, label, hint]) => {
      const input = el("textarea", { rows: 2, maxlength: 1000, dir: "auto", lang: chosen.value, text: queue.texts[occasion]?.[chosen.value] ?? "" });
      return field(`/texts/${occasion}/${chosen.value}`, label, hint, input);
    }));
  }

  function object(errors) {
    let first = null;
    for (const { pointer, message } of errors) {
      const found = fields.get(pointer);
      if (!found) continue;
      found.line.say(inWords(message));
      found.input.setAttribute("aria-invalid", "true");
      first ??= found.input;
    }
    first?.focus();
    return first !== null;
  }

  function clear() {
    fault.say("");
    for (const { input, line } of fields.values()) {
      line.say("");
      input.removeAttribute("aria-invalid");
    }
  }

  async function submit(event) {
    event.preventDefault();
    clear();
    const given = Object.fromEntries([...fields].map(([pointer, { input }]) => [pointer, input.value]));
    const wrong = NUMBERS.filter(([name]) => Number.isNaN(numberOf(given[`/${name}`])));
    if (wrong.length) return void object(wrong.map(([name]) => ({ pointer: `/${name}`, message: "write a whole number, or nothing" })));
    const patch = queuePatch(queue, given);
    if (!Object.keys(patch).length) return done();
    button.disabled = true;
    try {
      await save(patch);
      done();
    } catch (problem) {
      button.disabled = false;
      if (!object(problem.errors ?? [])) fault.say(problem.message);
    }
  }

  drawTexts();
  return form;
}
