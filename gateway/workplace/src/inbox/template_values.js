// The values of a template as a form, and what the customer will see of it.

import { el } from "../core/dom.js";
import { t } from "../core/say.ts";

const FILES = new Set(["image", "video", "document"]);
const BUTTON_VALUES = new Set(["url", "copy_code"]);

/**
 * Makes the fields for what a template needs (`parameters_needed`).
 *
 * `upload(file)` gives the server a file for a header and promises its id.
 * @returns {{element: HTMLElement, parameters: () => object}} What was entered, in the form of the API.
 */
export function valuesForm(needed, onInput, upload) {
  const own = part(needed, "", onInput, upload);
  const cards = (needed.cards ?? []).map((card, n) => part(card, `${t("offer.card", { n: n + 1 })} `, onInput, upload));
  const ends = needed.offer ? entry(t("offer.ends"), { type: "datetime-local" }, onInput) : null;
  return {
    element: el("div", { class: "fields template-values" }, own.fields, cards.map((one) => one.fields), ends?.field),
    parameters: () => ({
      ...own.parameters(),
      ...(cards.length && { cards: cards.map((one) => one.parameters()) }),
      ...(ends?.input.value && { offer: { expires_at: new Date(ends.input.value).toISOString() } }),
    }),
  };
}

/** The fields of the message itself or of one card. */
function part(needed, prefix, onInput, upload) {
  const header = needed.header && headerFields(needed, prefix, onInput, upload);
  const body = (needed.body ?? []).map((name) => ({ name, ...entry(`${prefix}${variableName(name)}`, {}, onInput) }));
  const buttons = (needed.buttons ?? []).map((one) => ({
    ...one, ...entry(prefix + t(`offer.${BUTTON_VALUES.has(one.type) ? one.type : "value"}_of`, { name: one.text || one.type }), {}, onInput),
  }));
  return {
    fields: [header?.fields, body.map((one) => one.field), buttons.map((one) => one.field)],
    parameters: () => ({
      ...(header && { header: header.value() }),
      ...(body.length && { body: Object.fromEntries(body.map((one) => [one.name, one.input.value])) }),
      ...(buttons.length && { buttons: buttons.map((one) => ({ index: one.index, value: one.input.value })) }),
    }),
  };
}

function headerFields(needed, prefix, onInput, upload) {
  const { header: kind, header_variable: name } = needed;
  if (kind === "location") {
    const [latitude, longitude, place] = [t("offer.latitude"), t("offer.longitude"), t("offer.place")].map((label) => entry(prefix + label, {}, onInput));
    const value = () => ({ location: { latitude: Number(latitude.input.value), longitude: Number(longitude.input.value), name: place.input.value } });
    return { fields: [latitude.field, longitude.field, place.field], value };
  }
  if (FILES.has(kind)) {
    const link = entry(prefix + t(`offer.link_${kind}`), { type: "url", placeholder: "https://" }, onInput);
    const own = ownFile(prefix, kind, link.input, onInput, upload);
    return { fields: [link.field, own.field], value: () => ({ [kind]: own.id() ? { id: own.id() } : { link: link.input.value } }) };
  }
  const text = entry(`${prefix}${t("offer.header")} ${variableName(name)}`, {}, onInput);
  return { fields: [text.field], value: () => ({ [name]: text.input.value }) };
}

const TYPES = { image: "image/jpeg,image/png", video: "video/mp4", document: "application/pdf" };

/** A file of one's own in the place of a link: whichever was given last counts. */
function ownFile(prefix, kind, link, onInput, upload) {
  let id = "";
  let turn = 0;
  const said = el("p", { class: "soft small", role: "status" });
  const leave = (text = "") => {
    turn += 1;
    id = "";
    said.textContent = text;
  };
  const take = async () => {
    const [file] = input.files;
    leave(file ? `${file.name} …` : "");
    const mine = turn;
    if (!file) return onInput();
    try {
      const made = await upload(file);
      if (mine !== turn) return;
      [id, said.textContent, link.value] = [made, `✓ ${file.name}`, ""];
    } catch (problem) {
      if (mine === turn) said.textContent = problem.message;
    }
    onInput();
  };
  const { input, field } = entry(prefix + t("offer.own_file"), { type: "file", accept: TYPES[kind] }, () => {});
  input.addEventListener("change", take);
  link.addEventListener("input", () => {
    input.value = "";
    leave();
  });
  field.append(said);
  return { field, id: () => id };
}

const variableName = (name) => (/^\d+$/.test(name) ? t("offer.value_n", { n: name }) : name.replaceAll("_", " "));

let entries = 0;

function entry(label, attributes, onInput) {
  const id = `template-value-${(entries += 1)}`;
  const input = el("input", { id, type: "text", autocomplete: "off", dir: "auto", ...attributes, on: { input: onInput } });
  return { input, field: el("div", { class: "field" }, el("label", { for: id, text: label }), input) };
}

/** A preview as the customer's bubble. */
export function previewElement(preview) {
  return el(
    "div",
    { class: "template-preview" },
    el("div", { class: "bubble" }, lines(preview)),
    buttonRow(preview.buttons),
    (preview.cards ?? []).map((card) => el("div", { class: "bubble preview-card" }, lines(card), buttonRow(card.buttons))),
  );
}

function lines({ header, offer, body, footer }) {
  return [
    header && el("p", { class: "preview-header", text: header.text ?? `[${header.format}]`, dir: "auto" }),
    offer && el("p", { class: "preview-offer", text: offer, dir: "auto" }),
    body && el("p", { class: "words", text: body, dir: "auto" }),
    footer && el("p", { class: "soft small", text: footer, dir: "auto" }),
  ];
}

function buttonRow(given) {
  if (!given?.length) return null;
  const target = (one) => one.url ?? one.phone_number ?? one.code ?? "";
  return el("ul", { class: "chips" }, given.map((one) => el("li", { text: one.text || one.code || t("offer.copy_code"), title: target(one), dir: "auto" })));
}

/** Calls once when nothing more happens for a moment. */
export function settled(milliseconds, work) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}
