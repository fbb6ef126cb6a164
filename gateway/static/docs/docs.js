// Shows /openapi.json and /asyncapi.json, a page for each subject; see gateway/pages/documentation.py for the addresses.

import { found, operationsOf, slug } from "./description.js";
import { el, inline, prose, table, verbatim } from "./elements.js";
import { operationArticle } from "./operation_view.js";
import { requestParts } from "./request_view.js";
import { schemaArticle } from "./schema_view.js";
import { socketParts } from "./socket_view.js";

const at = (id) => document.getElementById(id);
const page = location.pathname.replace(/^\/docs\/?/, "");
const FURTHER = [["sockets", "Sockets"], ["requests", "Requests to you"], ["objects", "Objects"]];

const linkTo = (operation) => el("a", { href: `/docs/${operation.page}#${operation.operationId}` }, operation.summary);

async function load(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

/** What the first page says: how to begin, and what each problem means. */
function overview(api, operations) {
  const me = `curl -H "Authorization: Bearer $TOKEN" '${location.origin}/api/v1/me'`;
  return [
    ...prose(api.info.description),
    el("h2", {}, "To begin"),
    ...prose("An administrator makes an API key (Settings, or `POST /api/v1/api-keys`); a person's token comes from signing in (`POST /api/v1/auth/login`)."),
    verbatim(me),
    el("h2", {}, "Subjects"),
    el("ul", { class: "subjects" }, ...api.tags.map(({ name }) => {
      const own = operations.filter((one) => one.page === slug(name));
      return el("li", {}, el("a", { href: `/docs/${slug(name)}` }, name), el("span", { class: "quiet" }, ` ${own.length}`));
    })),
    el("h2", {}, "To be told"),
    el("p", {}, "Follow what happens over a ", el("a", { href: "/docs/sockets" }, "socket"), ", or have it ", el("a", { href: "/docs/requests" }, "sent to you"), ": events, a bot's turns, questions to helpers."),
    el("h2", { id: "problems" }, "Problems"),
    ...prose("Every answer that is no success is `application/problem+json`. Programs decide on `code`; `detail` is for people; `errors` points at faulty fields."),
    table(["Code", "Status", "What to do"], Object.entries(api["x-problem-codes"]).map(([code, { status, advice }]) => ({
      id: `problem-${code}`,
      cells: [[el("code", {}, code)], [String(status)], inline(advice)],
    }))),
  ];
}

async function partsOf(api, operations) {
  if (page === "sockets") return ["Sockets", socketParts(await load("/asyncapi.json"))];
  if (page === "requests") return ["Requests to you", requestParts(api)];
  if (page === "objects") {
    const sockets = await load("/asyncapi.json");
    const schemas = { ...sockets.components.schemas, ...api.components.schemas };
    return ["Objects", Object.keys(schemas).sort().map((name) => schemaArticle(name, schemas[name]))];
  }
  const tag = api.tags.find(({ name }) => slug(name) === page);
  if (!tag) return ["Messaging gateway: API", overview(api, operations)];
  return [tag.name, operations.filter((one) => one.page === page).map((one) => operationArticle(one, api))];
}

function showContents(api, operations) {
  const entry = (address, name, inside) =>
    el("li", {}, el("a", { href: `/docs/${address}`, ...(address === page && { "aria-current": "page" }) }, name), inside);
  const own = el("ul", {}, ...operations.filter((one) => one.page === page).map((one) => el("li", {}, linkTo(one))));
  const subjects = [...api.tags.map(({ name }) => [slug(name), name]), ...FURTHER];
  at("contents").replaceChildren(el("ul", {}, ...subjects.map(([address, name]) =>
    entry(address, name, address === page && own.childElementCount ? own : null))));
}

/** Show what a search finds in the place of the page: subjects and objects in which nothing is found are not named. */
function showFound(search, api, operations) {
  const { operations: calls, schemas, problems } = found(search, operations, api.components.schemas, api["x-problem-codes"]);
  const groups = api.tags.map(({ name }) => [name, calls.filter((one) => one.page === slug(name)).map(linkTo)]);
  groups.unshift(["Problems", problems.map((code) => el("a", { href: `/docs#problem-${code}` }, code))]);
  groups.push(["Objects", schemas.map((name) => el("a", { href: `/docs/objects#schema-${name}` }, name))]);
  const full = groups.filter(([, links]) => links.length);
  at("found").replaceChildren(
    el("p", { role: "status" }, full.length ? `${calls.length} calls, ${schemas.length} objects, ${problems.length} problems` : "Nothing is found."),
    ...full.flatMap(([name, links]) => [el("h2", {}, name), el("ul", {}, ...links.map((link) => el("li", {}, link)))]));
}

function listenToSearch(api, operations) {
  const search = at("find");
  const look = () => {
    const wanted = search.value.trim();
    at("found").hidden = !wanted;
    at("page").hidden = Boolean(wanted);
    if (wanted) showFound(wanted, api, operations);
  };
  search.addEventListener("input", look);
  at("tools").addEventListener("submit", (event) => event.preventDefault());
  at("found").addEventListener("click", ({ target }) => {
    if (!target.closest("a")) return;
    search.value = "";
    look();
  });
  look();
}

function goToPlace(operations) {
  const place = decodeURIComponent(location.hash.slice(1));
  const operation = operations.find((one) => one.operationId === place);
  if (operation && operation.page !== page) location.replace(`/docs/${operation.page}#${place}`);
  else if (place) at(place)?.scrollIntoView();
}

at("subjects").open = !matchMedia("(max-width: 50rem)").matches;
try {
  const api = await load("/openapi.json");
  const operations = operationsOf(api);
  const [title, parts] = await partsOf(api, operations);
  document.title = `${title} · API`;
  at("page").replaceChildren(el("h1", {}, title), ...parts);
  showContents(api, operations);
  listenToSearch(api, operations);
  goToPlace(operations);
} catch (error) {
  at("page").textContent = `The description could not be loaded: ${error.message}`;
}
