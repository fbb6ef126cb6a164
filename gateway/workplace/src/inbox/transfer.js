// Handing a conversation on: to a queue's end, or to an operator.

import { openDialog, faultLine } from "../frame/dialog.js";
import { el } from "../core/dom.js";
import { notify } from "../frame/notices.js";
import { t } from "../core/say.ts";

const KINDS = { queue: "transfer.queues", operator: "transfer.operators" };
const MOST_CHARS = 1_000; // of a note

const keyOf = ({ kind, id }) => `${kind}:${id}`;

/** Lets a person choose where to; `api.transfer` has the last word, and what it says is shown. */
export function openTransfer(api, conversation, name, done) {
  const fault = faultLine();
  const list = el("div", { class: "targets", "aria-busy": "true" });
  const all = el("input", { type: "checkbox", id: "all-targets", on: { change: () => show() } });
  const note = el("textarea", { id: "transfer-note", rows: 2, maxlength: MOST_CHARS, dir: "auto" });
  const send = el("button", { class: "primary", id: "transfer-button", text: t("actions.transfer"), disabled: true });
  const form = el(
    "form",
    { on: { submit: (event) => submit(event) } },
    el("p", { class: "soft small", text: t("transfer.to_the_end") }),
    list,
    el("label", { class: "check small" }, all, t("transfer.show_all")),
    el("div", { class: "field" }, el("label", { for: "transfer-note", text: t("transfer.note") }), note),
    fault,
    el("div", { class: "dialog-actions" }, send),
  );
  const { box, close } = openDialog({ id: "transfer", title: t("transfer.title", { name }) }, form);
  let asked = 0;
  let names = new Map(); // "queue:id" → name

  async function show() {
    const mine = (asked += 1);
    try {
      const { items } = await api.transferTargets(!all.checked);
      if (mine === asked) draw(items);
    } catch (problem) {
      fault.say(problem.message);
    }
    list.removeAttribute("aria-busy");
  }

  function draw(items) {
    const shown = items.filter((one) => one.id !== conversation.operator_id);
    names = new Map(items.map((one) => [keyOf(one), one.name]));
    send.disabled = true;
    list.replaceChildren(...Object.entries(KINDS).map(([kind, title]) => group(t(title), shown.filter((one) => one.kind === kind))).filter(Boolean));
    if (!shown.length) list.replaceChildren(el("p", { class: "empty", text: t("transfer.nobody") }));
    if (box.querySelector("header").contains(document.activeElement)) list.querySelector("input:enabled")?.focus();
  }

  function group(title, items) {
    if (!items.length) return null;
    return el("fieldset", {}, el("legend", { text: title }), items.map(choice));
  }

  function choice(target) {
    const input = el("input", {
      type: "radio", name: "target", value: keyOf(target), disabled: !target.available,
      on: { change: () => { send.disabled = false; fault.say(""); } },
    });
    const reason = target.reason && el("span", { class: "soft small", text: target.reason });
    return el("label", { class: `target${target.available ? "" : " off"}` }, input, el("span", {}, el("span", { text: target.name, dir: "auto" }), reason));
  }

  async function submit(event) {
    event.preventDefault();
    const chosen = form.elements.target?.value ?? "";
    const [kind, id] = chosen.split(":");
    if (!id) return;
    send.disabled = true;
    fault.say("");
    try {
      await api.transfer(conversation.id, { [`${kind}_id`]: id, ...(note.value.trim() && { note: note.value.trim() }) });
      close();
      notify(t("transfer.done", { name, target: names.get(chosen) }), "done");
      done();
    } catch (problem) {
      fault.say(problem.message);
      show();
    }
  }

  show();
}
