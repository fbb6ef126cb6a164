// Lines of the page for queues: a channel and when it closes by itself, business hours and when they are.

import { closingLine } from "./closing_patch.js";
import { el } from "../core/dom.js";
import { hoursLine } from "./hours_patch.js";
import { kindName } from "../inbox/kind_name.ts";

/** The button that opens the form of something. */
export function settingsButton({ id, name }, action, { open, edit }) {
  return el("button", {
    type: "button", text: "Settings", "aria-label": `Settings of ${name}`, dataset: { focus: "settings", action },
    "aria-pressed": String(open === id), on: { click: () => edit(id) },
  });
}

export function channelRow(channel, queue, button) {
  const kind = el("span", { class: `kind kind-${channel.kind}`, text: kindName(channel.kind) });
  const name = [kind, " ", el("strong", { text: channel.name, dir: "auto" }), queue ? ` → ${queue.name}` : " (no queue)"];
  return row({ channel: channel.id }, name, closingLine(channel.auto_close), button);
}

export function hoursRow(hours, button) {
  return row({ hours: hours.id }, el("strong", { text: hours.name, dir: "auto" }), hoursLine(hours), button);
}

function row(dataset, name, line, button) {
  return el("li", { class: "setting-row", dataset }, el("p", {}, name, el("span", { class: "soft small setting-line", text: line })), button);
}
