// Showing what values are.

import { nameOf } from "./description.js";
import { el, inline, prose, table } from "./elements.js";

/** Describe a schema in one line, with links to named ones. */
export function brief(schema) {
  if (schema === undefined) return ["anything"];
  if (schema.$ref) return [el("a", { href: `/docs/objects#schema-${nameOf(schema.$ref)}` }, nameOf(schema.$ref))];
  if (schema.allOf) return brief(schema.allOf[0]);
  const choice = schema.anyOf || schema.oneOf;
  if (choice) return choice.flatMap((one, index) => (index ? [" or ", ...brief(one)] : brief(one)));
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(", ")];
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (schema.type === "array") return ["list of ", ...brief(schema.items || schema.prefixItems?.[0])];
  if (schema.additionalProperties?.type || schema.additionalProperties?.$ref)
    return ["object of ", ...brief(schema.additionalProperties)];
  return [[schema.format || schema.type || "anything", ...boundsOf(schema)].join(", ")];
}

function boundsOf(schema) {
  const bounds = [];
  for (const [key, word] of [["minimum", "≥"], ["maximum", "≤"], ["exclusiveMinimum", ">"], ["exclusiveMaximum", "<"]])
    if (schema[key] !== undefined) bounds.push(`${word} ${schema[key]}`);
  if (schema.minLength || schema.maxLength !== undefined)
    bounds.push(`${schema.minLength || 0} to ${schema.maxLength ?? "any number of"} characters`);
  return bounds;
}

function defaultOf(schema) {
  const value = schema.default;
  return value === undefined || value === null || typeof value === "object" ? [] : [`, default ${JSON.stringify(value)}`];
}

/** Show the fields of an object. */
export function fieldTable(schema) {
  const required = new Set(schema.required || []);
  return table(["Field", "Type", ""], Object.entries(schema.properties || {}).map(([name, field]) => ({
    cells: [
      [el("code", {}, name), required.has(name) ? el("span", { class: "quiet" }, " required") : null],
      [...brief(field), ...defaultOf(field)],
      inline(field.description || ""),
    ].map((cell) => cell.filter((child) => child !== null)),
  })));
}

/** Show a named object. */
export function schemaArticle(name, schema) {
  return el("article", { id: `schema-${name}` },
    el("h2", {}, el("code", {}, name)),
    ...prose(schema.description),
    schema.properties ? fieldTable(schema) : el("p", {}, ...brief(schema)));
}
