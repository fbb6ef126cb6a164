// Between the form's fields and Meta's components: pure functions. What the form can't show is kept as it is.

const VARIABLE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

/** The names of the variables in a text, each once. */
export function variablesIn(text) {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name))];
}

/** Reads components into the form's fields; `others` are those that it has no field for. */
export function partsOf(components) {
  const parts = { header: "", body: "", footer: "", buttons: [], examples: {}, others: [] };
  for (const one of components) {
    const type = one.type?.toUpperCase();
    if (type === "HEADER" && (one.format ?? "TEXT").toUpperCase() === "TEXT") Object.assign(parts, { header: one.text ?? "" });
    else if (type === "BODY") Object.assign(parts, { body: one.text ?? "" });
    else if (type === "FOOTER" && one.text !== undefined) Object.assign(parts, { footer: one.text });
    else if (type === "BUTTONS") parts.buttons = one.buttons.map(buttonOf);
    else parts.others.push(one);
    if (type === "HEADER" || type === "BODY") Object.assign(parts.examples, examplesOf(one, type.toLowerCase()));
  }
  return parts;
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

/** Writes components; empty parts are left out. */
export function componentsOf({ header, body, footer, buttons, examples }, others = []) {
  const written = [];
  if (header.trim()) written.push({ type: "HEADER", format: "TEXT", text: header.trim(), ...exampleFor("header", header, examples) });
  written.push({ type: "BODY", text: body.trim(), ...exampleFor("body", body, examples) });
  if (footer.trim()) written.push({ type: "FOOTER", text: footer.trim() });
  const made = buttons.filter((one) => one.type).map(component);
  if (made.length) written.push({ type: "BUTTONS", buttons: made });
  return [...others, ...written];
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
 * `/buttons/0`; empty where there is none.
 *
 * @param {string} pointer
 * @param {{type?: string}[]} components
 */
export function fieldOf(pointer, components) {
  const [, place, button] = /^\/components\/(\d+)(?:\/buttons\/(\d+))?/.exec(pointer) ?? [];
  if (place === undefined) return pointer;
  const type = (components[Number(place)]?.type ?? "").toLowerCase();
  if (type === "buttons") return `/buttons/${button ?? 0}`;
  return ["header", "body", "footer"].includes(type) ? `/${type}` : "";
}
