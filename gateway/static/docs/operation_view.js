// Showing one call: what it takes, what it answers, a command to try it, and a form.

import { bodyOf, callersOf, curlOf, exampleOf, nameOf, resolved } from "./description.js";
import { el, inline, prose, table, verbatim } from "./elements.js";
import { brief, fieldTable } from "./schema_view.js";

const shown = (value) => JSON.stringify(value, null, 2);

/** Show an operation. */
export function operationArticle(operation, api) {
  const parameters = operation.parameters.map((one) => resolved(one, api)).filter((one) => one.in !== "header");
  return el("article", { id: operation.operationId },
    el("h2", {}, operation.summary),
    el("p", { class: "call" }, el("span", { class: "method" }, operation.method.toUpperCase()), " ", el("code", {}, operation.path)),
    ...prose(operation.description),
    el("p", { class: "quiet" }, ...inline(callersOf(operation) + inPython(operation))),
    ...(parameters.length ? [el("h3", {}, "Parameters"), parameterTable(parameters)] : []),
    ...bodyParts(operation, api),
    el("h3", {}, "Try it"),
    verbatim(curlOf(operation, location.origin, api)),
    ...answerParts(operation, api),
    tryOut(operation, api));
}

/** Return how the Python client calls it, where that has it. */
const inPython = (operation) => (operation["x-in-client"] === false ? "" : ` In Python: \`gateway.${operation.operationId}(…)\`.`);

function parameterTable(parameters) {
  return table(["", "", ""], parameters.map((one) => ({
    cells: [
      [el("code", {}, one.name), el("span", { class: "quiet" }, one.in === "path" ? " in the path" : one.required ? " required" : "")],
      brief(one.schema),
      inline(one.description || one.schema?.description || ""),
    ],
  })));
}

function bodyParts(operation, api) {
  const body = bodyOf(operation);
  if (body === null) return [];
  const schema = resolved(body.media.schema, api);
  const fields = schema?.properties ? [fieldTable(schema)] : [el("p", {}, ...brief(body.media.schema))];
  return [el("h3", {}, "Body"), el("p", { class: "quiet" }, ...inline(`\`${body.type}\``)), ...fields];
}

function answerParts(operation, api) {
  const responses = Object.entries(operation.responses).map(([status, one]) => [status, resolved(one, api)]);
  const rows = responses.map(([status, response]) => {
    const media = Object.values(response.content || {})[0];
    const told = Number(status) >= 400 && media.examples ? codesOf(media) : inline(response.description);
    return { cells: [[el("code", {}, status)], told, media ? brief(media.schema) : [""]] };
  });
  const good = responses.find(([status]) => Number(status) < 300);
  const [media] = Object.entries(good?.[1].content ?? {}).filter(([type]) => type.endsWith("json")).map(([, one]) => one);
  const example = exampleOf(media, api);
  return [el("h3", {}, "Answers"), table(["", "", ""], rows), ...(example === undefined ? [] : [verbatim(shown(example))])];
}

/** Show the codes of a problem, each with a link to what to do about it. */
const codesOf = (media) =>
  Object.values(media.examples).flatMap(({ $ref: ref }, index) =>
    [index ? ", " : "", el("a", { href: `/docs#problem-${nameOf(ref)}` }, el("code", {}, nameOf(ref)))]);

/** Make the form that tries an operation out with the token of this page. */
function tryOut(operation, api) {
  const body = bodyOf(operation);
  const address = el("input", { value: operation.path, "aria-label": "Path" });
  const text = body ? el("textarea", { "aria-label": "Body" }) : null;
  if (text) text.value = shown(exampleOf(body.media, api) ?? {});
  const answer = el("pre", { "aria-live": "polite" });
  const send = el("button", { type: "button" }, "Send");
  send.addEventListener("click", async () => {
    answer.textContent = "…";
    try {
      answer.textContent = await sent(operation.method.toUpperCase(), address.value, text?.value);
    } catch (error) {
      answer.textContent = String(error);
    }
  });
  return el("details", {}, el("summary", {}, "Send it from here"), el("p", { class: "send" }, address, send), text, answer);
}

async function sent(method, address, body) {
  const token = document.getElementById("token").value;
  const headers = { ...(token && { Authorization: `Bearer ${token}` }), ...(body && { "Content-Type": "application/json" }) };
  const response = await fetch(address, { method, headers, body });
  return `${response.status}\n${pretty(await response.text())}`;
}

function pretty(text) {
  try {
    return shown(JSON.parse(text));
  } catch {
    return text;
  }
}
