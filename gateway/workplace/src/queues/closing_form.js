// When a channel closes silent conversations by itself.

import { Fields, settingsForm } from "../frame/form_fields.js";
import { el } from "../core/dom.js";
import { closingFaults, closingPatch } from "./closing_patch.js";

const NUMBERS = [
  ["assigned_seconds", "With an operator, in seconds", "Silence after which it closes. Empty: never."],
  ["unassigned_seconds", "With nobody, in seconds", "The same for one that nobody has. Empty: never."],
  ["warn_before_seconds", "Warning, in seconds before", "The text “Closing soon” of the queue. Empty: none."],
];

/** Makes the form; `save(patch)` sends it and throws what the server says. */
export function closingForm(channel, { save, done }) {
  const fields = new Fields("channel");
  const numbers = NUMBERS.map(([name, label, hint]) => fields.number(`/auto_close/${name}`, label, hint, channel.auto_close[name]));
  const owes = fields.check(
    "/auto_close/only_while_customer_owes", "Only while the customer owes the answer",
    "Who waits for the operator’s answer is not closed.", channel.auto_close.only_while_customer_owes,
  );

  async function submit(given) {
    const faults = closingFaults(given);
    if (faults.length) return !fields.object(faults);
    const patch = closingPatch(channel, given);
    if (patch) await save(patch);
    return true;
  }

  return settingsForm(
    fields, { id: "save-channel", submit, done },
    el("p", { class: "soft small", text: "Both times must be longer than the longest wait in the channel’s queue, and in each queue that it goes on to." }),
    el("div", { class: "fields numbers" }, numbers, owes),
  );
}
