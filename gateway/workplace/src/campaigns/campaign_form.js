// A new campaign: number, template, list, what goes where, when and how fast. Made and checked, then ready to start.

import { newKey } from "../core/api.js";
import { bodyOf, columnsOf, isAboutLines, textOf } from "./campaign_words.js";
import { faultLine } from "../frame/dialog.js";
import { el } from "../core/dom.js";

const HEAD_BYTES = 65_536; // more than any first line

/** Makes the form; `made(campaign)` hears of the campaign when its list is checked; its event `leave` tidies up. */
export function campaignForm(api, { made, cancel }) {
  const fault = faultLine();
  const key = newKey();
  const state = { templates: [], columns: [], campaign: null, tries: 1 };
  const channel = el("select", { name: "channel", required: true, on: { change: () => readTemplates() } });
  const template = el("select", { name: "template", required: true, on: { change: () => drawMapping() } });
  const file = el("input", { name: "file", type: "file", accept: ".csv,text/csv", required: true, on: { change: () => readHead() } });
  const mapping = el("div", { class: "fields numbers", id: "campaign-mapping" });
  const button = el("button", { class: "primary", text: "Check the list", id: "check-campaign" });
  const reasons = el("button", { type: "button", text: "All reasons (CSV)", id: "list-reasons", hidden: true, on: { click: saveReasons } });
  const form = el(
    "form",
    { class: "campaign-form", id: "campaign-form", novalidate: true, on: { submit: (event) => submit(event) } },
    el("div", { class: "fields numbers" },
      field("Name", el("input", { name: "name", required: true, maxlength: 200, autocomplete: "off" })),
      field("WhatsApp number", channel),
      field("Template", template)),
    field("List of recipients", file, "A CSV file in UTF-8. Its first line names the columns; one is called phone."),
    mapping,
    el("details", {},
      el("summary", { text: "When and how fast" }),
      el("div", { class: "fields numbers" },
        field("Start", el("input", { name: "schedule_at", type: "datetime-local" }), "Empty: when you press Start."),
        field("Messages a second", el("input", { name: "rate", type: "number", min: 1, max: 1000 }), "Empty: as fast as the number allows."),
        field("Nobody from", el("input", { name: "quiet_begin", type: "time" }), "By the recipient’s clock."),
        field("until", el("input", { name: "quiet_end", type: "time" })),
        field("Country of numbers", el("input", { name: "region", maxlength: 2, placeholder: "DE", autocomplete: "off" }), "Of numbers without country code."))),
    el("details", { open: true },
      el("summary", { text: "Consent" }),
      field("Where these people agreed to marketing messages", el("input", { name: "consent", maxlength: 200, placeholder: "newsletter form", autocomplete: "off" }),
        "Kept with each contact. Empty: only contacts whose consent is recorded get a marketing template.")),
    fault,
    reasons,
    el("div", { class: "dialog-actions" }, el("button", { type: "button", text: "Cancel", on: { click: leave } }), button),
  );

  const value = (name) => form.elements[name].value.trim();

  async function begin() {
    const { items } = await api.channels();
    const numbers = items.filter((one) => one.kind === "whatsapp" && one.enabled);
    channel.replaceChildren(...numbers.map((one) => el("option", { value: one.id, text: one.name })));
    await readTemplates();
  }

  async function readTemplates() {
    if (!channel.value) return fault.say("There is no WhatsApp number.");
    const { items } = await api.templates(channel.value);
    state.templates = items.filter((one) => one.usable);
    template.replaceChildren(...state.templates.map((one) => el("option", { value: one.id, text: `${one.name} (${one.language}, ${one.category})` })));
    fault.say(state.templates.length ? "" : "This number has no template that can be sent.");
    drawMapping();
  }

  async function readHead() {
    const chosen = file.files[0];
    state.columns = chosen ? columnsOf(textOf(new Uint8Array(await chosen.slice(0, HEAD_BYTES).arrayBuffer()))) : [];
    if (chosen && !value("name")) form.elements.name.value = chosen.name.replace(/\.csv$/i, "");
    drawMapping();
  }

  function drawMapping() {
    const chosen = state.templates.find((one) => one.id === template.value);
    const names = chosen?.parameters_needed?.body ?? [];
    const guess = (name, place) => (state.columns.includes(name) ? name : state.columns[place]);
    mapping.replaceChildren(...names.map((name, place) => {
      const column = guess(name, place);
      const input = el("input", { dataset: { variable: name }, value: column ? `{{ ${column} }}` : "", list: "campaign-columns", autocomplete: "off" });
      return field(`Variable ${name}`, input);
    }), el("datalist", { id: "campaign-columns" }, state.columns.map((one) => el("option", { value: `{{ ${one} }}` }))));
  }

  function fields() {
    const chosen = state.templates.find((one) => one.id === template.value);
    const inputs = [...mapping.querySelectorAll("input")].map((one) => [one.dataset.variable, one.value]);
    const quiet = value("quiet_begin") && value("quiet_end");
    return {
      name: value("name"),
      channel_id: channel.value,
      template: { name: chosen.name, language: chosen.language },
      variables: bodyOf(inputs),
      ...(value("schedule_at") && { schedule_at: new Date(value("schedule_at")).toISOString() }),
      ...(value("rate") && { rate_per_second: Number(value("rate")) }),
      ...(quiet && { quiet_hours: { begin: value("quiet_begin"), end: value("quiet_end") } }),
      ...(value("region") && { region: value("region").toUpperCase() }),
      ...(value("consent") && { consent: { source: value("consent"), at: new Date().toISOString(), wording: "Agreed to receive marketing messages." } }),
    };
  }

  async function submit(event) {
    event.preventDefault();
    fault.say("");
    await discard();
    if (!value("name") || !template.value || !file.files[0]) return fault.say("Give a name, a template and a list.");
    button.disabled = true;
    button.textContent = "Checking…";
    try {
      state.campaign = await api.make(fields(), `${key}-${state.tries++}`);
      made(await api.upload(state.campaign.id, file.files[0]));
    } catch (problem) {
      reasons.hidden = !isAboutLines(problem);
      if (reasons.hidden) await discard();
      fault.say(problem.message);
    } finally {
      button.disabled = false;
      button.textContent = "Check the list";
    }
  }

  async function leave() {
    cancel();
    await discard();
  }

  /** Leaves nothing behind of a campaign whose list was refused. */
  async function discard() {
    const { campaign } = state;
    state.campaign = null;
    reasons.hidden = true;
    if (campaign) await api.remove(campaign.id).catch(() => {});
  }

  function saveReasons() {
    api.download(`/campaigns/${state.campaign.id}/audience/errors`, `${value("name")} errors.csv`).catch((problem) => fault.say(problem.message));
  }

  form.addEventListener("leave", discard);
  begin().catch((problem) => fault.say(problem.message));
  return form;
}

function field(label, input, hint) {
  return el("label", { class: "field" }, el("span", { text: label }), input, hint && el("span", { class: "soft small", text: hint }));
}
