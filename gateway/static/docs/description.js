// Reading the description of the API. Pure: also run by Node.

export const METHODS = ["get", "post", "put", "patch", "delete"];

/** Return the last part of a reference. */
export const nameOf = (ref) => ref.slice(ref.lastIndexOf("/") + 1);

/** Return what a part of a description is, where it may be a reference. */
export const resolved = (part, api) =>
  part?.$ref ? part.$ref.slice(2).split("/").reduce((within, name) => within[name], api) : part;

/** Return a word as it stands in an address. */
export const slug = (words) => words.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** Return all operations: where they are, what they do, and the page that they are on. */
export function operationsOf(api) {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ ...item[method], path, method, page: slug(item[method].tags[0]) })));
}

/** Return the example of a body. */
export function exampleOf(media, api) {
  if (!media?.examples) return media?.example;
  return resolved(Object.values(media.examples)[0], api).value;
}

/** Return the media type and the description of what a request carries; null where it carries nothing. */
export function bodyOf(operation) {
  const [first] = Object.entries(operation.requestBody?.content ?? {});
  return first ? { type: first[0], media: first[1] } : null;
}

const quoted = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Return a command that makes a request of an operation. */
export function curlOf(operation, origin, api) {
  const parameters = operation.parameters.map((one) => resolved(one, api));
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => parameters.find((one) => one.in === "path" && one.name === name).example);
  const asked = parameters.filter((one) => one.in === "query" && one.required).map((one) => `${one.name}=…`).join("&");
  const lines = [`curl ${operation.method === "get" ? "" : `-X ${operation.method.toUpperCase()} `}${quoted(origin + path + (asked && `?${asked}`))}`];
  if (operation.security.length) lines.push('-H "Authorization: Bearer $TOKEN"');
  if (parameters.some((one) => one.name === "Idempotency-Key")) lines.push('-H "Idempotency-Key: $(uuidgen)"');
  return [...lines, ...curlBody(bodyOf(operation), api)].join(" \\\n  ");
}

function curlBody(body, api) {
  if (body === null) return [];
  if (body.type.startsWith("multipart/")) return ["-F file=@invoice.pdf"];
  if (!body.type.endsWith("json")) return [`-H "Content-Type: ${body.type}"`, "--data-binary @table.csv"];
  return [`-H "Content-Type: ${body.type.startsWith("application/scim") ? body.type : "application/json"}"`, `-d ${quoted(JSON.stringify(exampleOf(body.media, api), null, 2))}`];
}

/** Return who may call an operation, in words. */
export function callersOf(operation) {
  if (!operation["x-roles"]) return "Anybody, without a token.";
  const roles = operation["x-roles"].length === 5 ? "everybody who signed in" : operation["x-roles"].join(", ");
  const [scope] = operation.security[0]?.bearer ?? [];
  return `For ${roles}; ${scope ? `an API key needs \`${scope}\`` : "no API key may"}.`;
}

/** Return the operations, objects and codes of problems in which all words of a search stand. */
export function found(search, operations, schemas, problems = {}) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (text) => words.every((word) => text.includes(word));
  return {
    operations: operations.filter((one) => fits(wordsOf(one))),
    schemas: Object.entries(schemas).filter(([name, schema]) => fits(wordsOf({ name, ...schema }))).map(([name]) => name),
    problems: Object.entries(problems).filter(([code, { advice }]) => fits(`${code} ${advice.toLowerCase()}`)).map(([code]) => code),
  };
}

/** Return what a part is found by: all of it but the examples. */
const wordsOf = (part) =>
  JSON.stringify(part, (key, value) => (/^(examples?|pattern|default)$/.test(key) ? undefined : value)).toLowerCase();
