// A draft of a template: what it says, with the linter's findings and the preview beside it.

import { faultLine } from "../frame/dialog.js";
import { el } from "../core/dom.js";
import { componentsOf, partsOf, variablesIn } from "./template_parts.js";
import { previewElement, settled } from "../inbox/template_values.js";

const LINT_PAUSE = 300;
const BUTTONS = 3;
const BUTTON_KINDS = [["", "No button"], ["QUICK_REPLY", "Quick reply"], ["URL", "Link"], ["PHONE_NUMBER", "Phone call"]];
const CATEGORIES = [["utility", "Utility: about an order or request"], ["marketing", "Marketing: offers and news"]];

/**
 * Makes the form.
 *
 * @param {object} given `template` (null for a new one), `channels`, `save(fields, submit)`, `done()`.
 */
export function templateForm(api, { template, channels, save, done }) {
  const parts = partsOf(template?.draft?.components ?? template?.components ?? []);
  const look = settled(LINT_PAUSE, lint);
  const fault = faultLine();
  const findings = el("ul", { class: "findings", "aria-live": "polite" });
  const shown = el("div", {});
  const examples = el("div", { class: "fields" });
  const fixed = Boolean(template && template.status !== "draft");
  const input = {
    channel_id: select("Channel", channels.map((one) => [one.id, one.name]), template?.channel_id, Boolean(template)),
    name: text("Name", template?.name ?? "", "a to z, 0 to 9 and _", fixed),
    language: text("Language", template?.language ?? "en", "Such as en, de or pt_BR", fixed),
    category: select("Category", CATEGORIES, template?.draft?.category ?? template?.category),
    header: text("Header (optional)", parts.header),
    body: area("Text", parts.body, "Write {{1}}, {{2}} … where a value will stand"),
    footer: text("Footer (optional)", parts.footer),
  };
  const buttons = Array.from({ length: BUTTONS }, (_, n) => buttonFields(n, parts.buttons[n]));
  const known = { ...parts.examples };
  const submitButton = el("button", { type: "button", class: "primary", id: "submit-template", text: "Save and submit", on: { click: () => send(true) } });

  function text(label, value, hint, disabled = false) {
    return field(label, el("input", { type: "text", autocomplete: "off", dir: "auto", value, disabled, on: { input: changed } }), hint);
  }

  function area(label, value, hint) {
    return field(label, el("textarea", { rows: 5, dir: "auto", text: value, on: { input: changed } }), hint);
  }

  function select(label, options, value, disabled = false) {
    const made = options.map(([id, name]) => el("option", { value: id, text: name, selected: id === value }));
    return field(label, el("select", { disabled, on: { change: changed } }, made));
  }

  function field(label, control, hint) {
    control.id = `template-${label.split(" ")[0].toLowerCase()}`;
    control.line = el("div", { class: "field" }, el("label", { for: control.id, text: label }), control, hint && el("p", { class: "soft small", text: hint }));
    return control;
  }

  function buttonFields(n, given = {}) {
    const kind = el("select", { "aria-label": `Button ${n + 1}`, on: { change: changed } }, BUTTON_KINDS.map(([id, name]) => el("option", { value: id, text: name, selected: id === given.type })));
    const label = el("input", { type: "text", "aria-label": `Text of button ${n + 1}`, placeholder: "Text", value: given.text ?? "", dir: "auto", on: { input: changed } });
    const target = el("input", { type: "text", "aria-label": `Link or number of button ${n + 1}`, placeholder: "Link or number", value: given.target ?? "", on: { input: changed } });
    return { kind, label, target, line: el("div", { class: "button-line" }, kind, label, target) };
  }

  function drawExamples() {
    const wanted = [...variablesIn(input.header.value).map((name) => `header ${name}`), ...variablesIn(input.body.value).map((name) => `body ${name}`)];
    const drawn = [...examples.querySelectorAll("input")].map((one) => one.dataset.example);
    if (wanted.join() === drawn.join()) return;
    examples.replaceChildren(...wanted.map((name) => {
      const made = el("input", { type: "text", id: `example-${name.replace(" ", "-")}`, dataset: { example: name }, value: known[name] ?? "", dir: "auto", on: { input: () => { known[name] = made.value; look(); } } });
      return el("div", { class: "field" }, el("label", { for: made.id, text: `Example of {{${name.split(" ")[1]}}} in the ${name.split(" ")[0]}` }), made);
    }));
  }

  function fields() {
    const written = {
      header: input.header.value, body: input.body.value, footer: input.footer.value, examples: known,
      buttons: buttons.map(({ kind, label, target }) => ({ type: kind.value, text: label.value, target: target.value })),
    };
    return {
      channel_id: input.channel_id.value, name: input.name.value.trim(), language: input.language.value.trim(),
      category: input.category.value, components: componentsOf(written, parts.others),
    };
  }

  function changed() {
    drawExamples();
    look();
  }

  async function lint() {
    try {
      const found = await api.lintTemplate(fields());
      shown.replaceChildren(previewElement(found.preview));
      submitButton.disabled = !found.ok;
      findings.replaceChildren(...found.findings.map((one) => el("li", { class: one.severity, dataset: { code: one.code } }, el("span", { text: one.message }), el("span", { class: "soft small", text: ` ${one.source}` }))));
      if (!found.findings.length) findings.replaceChildren(el("li", { class: "good", text: "Nothing to object: it can be submitted." }));
    } catch (problem) {
      fault.say(problem.message);
    }
  }

  async function send(submit) {
    fault.say("");
    try {
      await save(fields(), submit);
      done();
    } catch (problem) {
      fault.say(problem.message);
    }
  }

  drawExamples();
  lint();
  return el(
    "form",
    { class: "template-form", novalidate: true, on: { submit: (event) => { event.preventDefault(); send(false); } } },
    el("div", { class: "template-columns" },
      el("div", { class: "template-inputs" }, Object.values(input).map((one) => one.line), el("h3", { text: "Buttons" }), buttons.map((one) => one.line), examples),
      el("div", { class: "template-side" }, el("h3", { text: "What the customer sees" }), shown, el("h3", { text: "WhatsApp’s rules" }), findings)),
    fault,
    el("div", { class: "dialog-actions" }, el("button", { type: "button", text: "Cancel", on: { click: done } }), el("button", { id: "save-template", text: "Save draft" }), submitButton),
  );
}
