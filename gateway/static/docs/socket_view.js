// Showing /asyncapi.json: the sockets and what is said over them.

import { nameOf, resolved } from "./description.js";
import { el, prose, verbatim } from "./elements.js";
import { fieldTable } from "./schema_view.js";

const TITLES = { tell: "You hear", hear: "You say", tell_visitor: "A visitor's page hears", hear_visitor: "A visitor's page says" };

/** Show the sockets. */
export function socketParts(sockets) {
  return Object.entries(sockets.operations).flatMap(([name, operation]) => {
    const channel = resolved(operation.channel, sockets);
    const messages = operation.messages.map((ref) => resolved(resolved(ref, sockets), sockets));
    return [
      el("h2", { id: name }, TITLES[name] ?? name),
      el("p", { class: "call" }, el("span", { class: "method" }, "WS"), " ", el("code", {}, channel.address)),
      ...(name.startsWith("tell") ? prose(channel.description) : []),
      ...messages.map((message, index) => frameArticle(nameOf(operation.messages[index].$ref), message)),
    ];
  });
}

function frameArticle(id, { name, payload, examples }) {
  return el("article", { id },
    el("h3", {}, el("code", {}, name)),
    ...prose(payload.description),
    fieldTable(payload),
    verbatim(JSON.stringify(examples[0].payload, null, 2)));
}
