// Showing what the gateway asks of other programs: events told, a bot's turn, questions to helpers.

import { exampleOf, resolved } from "./description.js";
import { el, inline, prose, table, verbatim } from "./elements.js";
import { brief, fieldTable } from "./schema_view.js";

/** Show all requests; their headers, which are the same, once. */
export function requestParts(api) {
  const requests = Object.entries(api.webhooks);
  const headers = requests[0][1].post.parameters;
  return [
    ...prose("These requests come to addresses that you name. They are signed as Standard Webhooks has it, so that its libraries check them; the Python client has `verify_webhook`. Look at the signature before you believe anything, over the body as it came."),
    table(["Header", "", ""], headers.map((one) => ({ cells: [[el("code", {}, one.name)], inline(one.description), [el("code", {}, one.example)]] }))),
    ...requests.map(([type, { post }]) => requestArticle(type, post, api)),
  ];
}

function requestArticle(type, operation, api) {
  const body = operation.requestBody.content["application/json"];
  const data = resolved(body.schema.properties.data, api);
  const [[status, answer]] = Object.entries(operation.responses);
  const media = answer.content?.["application/json"];
  return el("article", { id: operation.operationId },
    el("h2", {}, operation.summary),
    el("p", { class: "call" }, el("span", { class: "method" }, "POST"), " ", el("code", {}, type)),
    ...prose(operation.description),
    ...(data?.properties ? [el("h3", {}, "data"), fieldTable(data)] : []),
    verbatim(JSON.stringify(exampleOf(body, api), null, 2)),
    el("h3", {}, "You answer"),
    el("p", {}, el("code", {}, status), " ", ...(media ? brief(media.schema) : [])),
    ...(media ? [verbatim(JSON.stringify(exampleOf(media, api), null, 2))] : []));
}
