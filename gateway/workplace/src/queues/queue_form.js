// The settings of a queue, with the server's objections at their fields.

import { el } from "../core/dom.js";
import { Fields, settingsForm } from "../frame/form_fields.js";
import { GROUPS, OCCASIONS, TIMES } from "./queue_fields.js";
import { queueFaults, queuePatch, shownList } from "./queue_patch.js";

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

/**
 * Makes the form; `save(patch)` sends it and throws what the server says.
 *
 * @param {object} known `language` of the workspace; `queues`, `hours`, `people` and `groups` to choose from.
 */
export function queueForm(queue, known, { save, done }) {
  const fields = new Fields("queue");
  const drawn = new Map([
    ["queues", { none: "None", items: known.queues.filter((one) => one.id !== queue.id) }],
    ["hours", { none: "Always open", items: known.hours }],
  ]);

  function make([name, kind, label, hint, choices]) {
    const pointer = `/${name}`;
    if (kind === "number") return fields.number(pointer, label, hint, queue[name]);
    if (kind === "check") return fields.check(pointer, label, hint, queue[name]);
    if (kind === "list") return fields.text(pointer, label, hint, shownList(queue[name]));
    if (kind === "choice") return fields.choice(pointer, label, hint, choices, queue[name]);
    if (kind === "people" || kind === "groups") return known[kind].length > 0 && fields.several(pointer, label, hint, known[kind], queue[name]);
    const { none, items } = drawn.get(kind);
    const offered = [{ value: "", text: none }, ...items.map((one) => ({ value: one.id, text: one.name }))];
    return fields.choice(pointer, label, hint, offered, queue[name]);
  }

  async function submit(given) {
    const faults = queueFaults(given);
    if (faults.length) return !fields.object(faults);
    const patch = queuePatch(queue, given);
    if (Object.keys(patch).length) await save(patch);
    return true;
  }

  const group = ([title, table]) => el("fieldset", {}, el("legend", { text: title }), el("div", { class: "fields numbers" }, table.map(make).filter(Boolean)));
  return settingsForm(fields, { id: "save-queue", submit, done }, GROUPS.map(group), textGroup(queue, known.language, fields, TIMES.map(make)));
}

/** The automatic texts of one language at a time; what was written in another one stays. */
function textGroup(queue, language, fields, times) {
  const panels = new Map(); // language → its texts
  const texts = el("div", { class: "texts" });
  const languages = [...new Set([language, "en", "ru", ...Object.values(queue.texts).flatMap((one) => Object.keys(one))])];
  const chosen = el(
    "select", { id: "text-language", on: { change: () => show(chosen.value) } },
    languages.map((one) => el("option", { value: one, text: LANGUAGES.of(one), selected: one === language })),
  );

  function panel(lang) {
    const made = OCCASIONS.map(([occasion, label, hint]) => {
      const input = el("textarea", { rows: 3, maxlength: 1000, dir: "auto", lang, text: queue.texts[occasion]?.[lang] ?? "" });
      return fields.field(`/texts/${occasion}/${lang}`, label, hint, input);
    });
    return el("div", { class: "fields", on: { needed: () => show(lang) } }, made);
  }

  function show(lang) {
    chosen.value = lang;
    if (!panels.has(lang)) panels.set(lang, panel(lang));
    texts.append(panels.get(lang));
    for (const [one, shown] of panels) shown.hidden = one !== lang;
  }

  show(language);
  return el(
    "fieldset", {},
    el("legend", { text: "Automatic texts" }),
    el("div", { class: "fields numbers" }, times),
    el("div", { class: "texts-head" }, el("p", { class: "soft small", text: "An empty text is not sent. A customer whose language has no text gets it in the workspace’s language, otherwise in another one." }), el("label", { class: "small" }, "Language ", chosen)),
    texts,
  );
}
