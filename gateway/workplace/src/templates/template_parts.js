// Between the form's fields and Meta's components: pure functions. What the form can't show is kept as it is.

const VARIABLE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

/** The names of the variables in a text, each once. */
export function variablesIn(text) {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name))];
}

/** What a header shows in place of a text. */
export const FILE_HEADERS = ["IMAGE", "VIDEO", "DOCUMENT"];
const CARD_HEADERS = new Set(["IMAGE", "VIDEO"]);
const HEADERS = new Set(["TEXT", ...FILE_HEADERS, "LOCATION"]);

/** Reads components into the form's fields; `others` are those that it has no field for. */
export function partsOf(components) {
  const parts = { header: "", format: "TEXT", handle: "", body: "", footer: "", buttons: [], cards: [], examples: {}, others: [] };
  for (const one of components) {
    const type = one.type?.toUpperCase();
    const cards = type === "CAROUSEL" ? cardsOf(one) : null;
    if (type === "HEADER" && HEADERS.has(formatOf(one))) Object.assign(parts, { header: one.text ?? "", format: formatOf(one), handle: handleOf(one) });
    else if (type === "BODY") Object.assign(parts, { body: one.text ?? "" });
    else if (type === "FOOTER" && one.text !== undefined) Object.assign(parts, { footer: one.text });
    else if (type === "BUTTONS") parts.buttons = one.buttons.map(buttonOf);
    else if (cards) parts.cards = cards;
    else parts.others.push(one);
    if (type === "HEADER" || type === "BODY") Object.assign(parts.examples, examplesOf(one, type.toLowerCase()));
  }
  return parts;
}

const formatOf = (header) => (header.format ?? "TEXT").toUpperCase();
const handleOf = (header) => header.example?.header_handle?.[0] ?? "";

/** A carousel's cards; null where one has what the form has no field for. */
function cardsOf({ cards = [] }) {
  const read = cards.map((card) => partsOf(card.components ?? []));
  const plain = read.every((one) => CARD_HEADERS.has(one.format) && !one.footer && !one.cards.length && !one.others.length && one.buttons.every((button) => !button.kept));
  return plain ? read.map(({ format, handle, body, buttons, examples }) => ({ format, handle, body, buttons, examples })) : null;
}

/** The kinds of buttons that the form has fields for. */
export const BUTTON_KINDS = ["QUICK_REPLY", "URL", "PHONE_NUMBER"];

function buttonOf(button) {
  const { text = "", url, phone_number } = button;
  const type = button.type.toUpperCase();
  return { type, text, target: url ?? phone_number ?? "", ...(!BUTTON_KINDS.includes(type) && { kept: button }) };
}

function examplesOf({ text = "", example = {} }, part) {
  const names = variablesIn(text);
  const named = Object.fromEntries((example[`${part}_text_named_params`] ?? []).map((one) => [`${part} ${one.param_name}`, one.example]));
  const values = part === "body" ? (example.body_text?.[0] ?? []) : (example.header_text ?? []);
  return { ...Object.fromEntries(names.map((name, n) => [`${part} ${name}`, values[n] ?? ""])), ...named };
}

/**
 * Writes components; empty parts are left out. A carousel has nothing beside it but a text.
 *
 * @param {Record<string, any>} parts The form's fields.
 * @param {object[]} others What it has no fields for.
 */
export function componentsOf({ header, format = "TEXT", handle = "", body, footer, buttons, cards = [], examples }, others = []) {
  const text = { type: "BODY", text: body.trim(), ...exampleFor("body", body, examples) };
  if (cards.length) return [...others, text, { type: "CAROUSEL", cards: cards.map(cardComponents) }];
  const written = [...headerOf({ header, format, handle, examples }), text];
  if (footer.trim()) written.push({ type: "FOOTER", text: footer.trim() });
  return [...others, ...written, ...buttonsOf(buttons)];
}

function headerOf({ header, format, handle, examples }) {
  if (FILE_HEADERS.includes(format)) return [fileHeader(format, handle)];
  if (format === "LOCATION") return [{ type: "HEADER", format }];
  return header.trim() ? [{ type: "HEADER", format: "TEXT", text: header.trim(), ...exampleFor("header", header, examples) }] : [];
}

const fileHeader = (format, handle) => ({ type: "HEADER", format, ...(handle && { example: { header_handle: [handle] } }) });

function cardComponents({ format, handle, body, buttons, examples }) {
  const text = body.trim() ? [{ type: "BODY", text: body.trim(), ...exampleFor("body", body, examples) }] : [];
  return { components: [fileHeader(format, handle), ...text, ...buttonsOf(buttons)] };
}

function buttonsOf(buttons) {
  const made = buttons.filter((one) => one.type).map(component);
  return made.length ? [{ type: "BUTTONS", buttons: made }] : [];
}

function exampleFor(part, text, examples) {
  const names = variablesIn(text);
  if (!names.length) return {};
  const values = names.map((name) => examples[`${part} ${name}`] ?? "");
  if (names.some((name) => !/^\d+$/.test(name))) {
    return { example: { [`${part}_text_named_params`]: names.map((name, n) => ({ param_name: name, example: values[n] })) } };
  }
  return { example: part === "body" ? { body_text: [values] } : { header_text: values } };
}

function component({ type, text, target, kept }) {
  if (kept) return kept;
  if (type === "URL") return { type, text, url: target, ...(variablesIn(target).length && { example: [target.replace(VARIABLE, "example")] }) };
  if (type === "PHONE_NUMBER") return { type, text, phone_number: target };
  return { type, text };
}

/**
 * Which field of the form a JSON pointer into the template means: `/name`, `/header`, `/body`, `/footer`,
 * `/buttons/0`, below `/cards/0` those of a card; empty where there is none.
 *
 * @param {string} pointer
 * @param {{type?: string, cards?: {components?: {type?: string}[]}[]}[]} components
 */
export function fieldOf(pointer, components) {
  const [, place, rest = ""] = /^\/components\/(\d+)(.*)/.exec(pointer) ?? [];
  if (place === undefined) return pointer;
  const meant = components[Number(place)];
  const type = (meant?.type ?? "").toLowerCase();
  if (type === "carousel") return cardField(rest, meant?.cards ?? []);
  if (type === "buttons") return `/buttons/${/^\/buttons\/(\d+)/.exec(rest)?.[1] ?? 0}`;
  return ["header", "body", "footer"].includes(type) ? `/${type}` : "";
}

function cardField(pointer, cards) {
  const [, place, rest = ""] = /^\/cards\/(\d+)(.*)/.exec(pointer) ?? [];
  if (place === undefined) return "/cards";
  const within = fieldOf(rest, cards[Number(place)]?.components ?? []);
  return `/cards/${place}${within || "/header"}`;
}
