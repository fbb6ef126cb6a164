// Choosing a template and its values: while the window is closed, or to begin a conversation.

import { newKey } from "../core/api.js";
import { faultLine } from "../frame/dialog.js";
import { el } from "../core/dom.js";
import { fromServer, t } from "../core/say.ts";
import { priceReason, priceText } from "./prices.ts";
import { previewElement, settled, valuesForm } from "./template_values.js";

const PREVIEW_PAUSE = 200;

/**
 * A form that chooses one of some templates and fills it in.
 *
 * @param {object} given `templates` (usable ones), `extra` (elements above the button), `label()` (the button's
 *   text), `submit(choice, key)`: sends it and throws what the server says; `prices()` promises what messages cost
 *   to whoever gets it, or null where nobody is named yet; `prefix` of its ids.
 */
export function templateChooser(api, { templates, extra = [], label, submit, prices, prefix = "offer" }) {
  let values = null;
  let key = newKey();
  const chosen = el("select", { id: `${prefix}-template`, on: { change: () => choose() } }, templates.map((one) => el("option", { value: one.id, text: `${one.name} · ${one.language}` })));
  const place = el("div", {});
  const shown = el("div", { class: "offer-preview", "aria-live": "polite" });
  const fault = faultLine();
  const button = el("button", { class: "primary", id: `${prefix}-send`, text: label() });
  const cost = el("p", { class: "soft small offer-price", id: `${prefix}-price` });
  const look = settled(PREVIEW_PAUSE, preview);
  const form = el(
    "form",
    { class: "template-offer", novalidate: true, on: { submit: send } },
    el("div", { class: "field" }, el("label", { for: `${prefix}-template`, text: t("offer.template") }), chosen),
    place, shown, extra, fault,
    el("div", { class: "dialog-actions" }, cost, button),
  );
  const upload = async (file) => (await api.upload(file, () => {}, new AbortController().signal)).id;
  const current = () => templates.find((one) => one.id === chosen.value);
  const choice = () => ({ name: current().name, language: current().language, parameters: values.parameters() });

  function choose() {
    values = valuesForm(current().parameters_needed, look, upload);
    place.replaceChildren(values.element);
    preview();
    showPrice();
  }

  async function showPrice() {
    const { id, category } = current();
    const found = await prices()?.catch(() => null);
    if (current().id !== id) return;
    const price = found?.[category];
    cost.textContent = price ? `${t("prices.of_template")} ${priceText(price)}` : "";
    cost.title = price ? priceReason(price, found) : "";
  }

  async function preview() {
    const { id } = current();
    try {
      const { preview: found, faults } = await api.previewTemplate(id, values.parameters());
      if (current().id !== id) return;
      shown.replaceChildren(previewElement(found));
      button.disabled = faults.length > 0;
      button.title = fromServer(faults[0]?.message ?? "");
    } catch (problem) {
      fault.say(problem.message);
    }
  }

  async function send(event) {
    event.preventDefault();
    fault.say("");
    button.disabled = true;
    try {
      await submit(choice(), key);
      key = newKey();
    } catch (problem) {
      if (!problem.passing) key = newKey();
      fault.say(problem.message);
      button.disabled = false;
    }
  }

  choose();
  return { form, relabel: () => (button.textContent = label()), reprice: showPrice };
}
