// Shows /openapi.json. Everything is made with createElement and textContent: nothing of the document is run as HTML.

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Make an element; children may be nodes or texts. */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** Make text in which `such` words are code. */
function prose(text) {
  return (text || "").split("`").map((part, index) => (index % 2 ? el("code", {}, part) : part));
}

/** The description; parts that many operations have in common stand under `components`. */
let api;

/** Return what a part of the description is, where it may be a reference. */
const resolved = (part) =>
  part?.$ref ? part.$ref.slice(2).split("/").reduce((within, name) => within[name], api) : part;

const refName = (ref) => ref.slice(ref.lastIndexOf("/") + 1);

/** Describe a schema in one line, with links to named ones. */
function brief(schema) {
  if (schema === undefined) return ["anything"];
  if (schema.$ref) return [el("a", { href: `#schema-${refName(schema.$ref)}` }, refName(schema.$ref))];
  if (schema.allOf) return brief(schema.allOf[0]);
  const choice = schema.anyOf || schema.oneOf;
  if (choice) return choice.flatMap((one, index) => (index ? [" or ", ...brief(one)] : brief(one)));
  if (schema.enum) return [schema.enum.map((value) => JSON.stringify(value)).join(", ")];
  if (schema.const !== undefined) return [JSON.stringify(schema.const)];
  if (schema.type === "array") return ["list of ", ...brief(schema.items || schema.prefixItems?.[0])];
  return [[schema.format || schema.type || "anything", ...boundsOf(schema)].join(", ")];
}

function boundsOf(schema) {
  const bounds = [];
  for (const [key, word] of [["minimum", "≥"], ["maximum", "≤"], ["exclusiveMinimum", ">"], ["exclusiveMaximum", "<"]])
    if (schema[key] !== undefined) bounds.push(`${word} ${schema[key]}`);
  if (schema.minLength || schema.maxLength !== undefined)
    bounds.push(`${schema.minLength || 0} to ${schema.maxLength ?? "any number of"} characters`);
  if (schema.pattern) bounds.push(`matches ${schema.pattern}`);
  if (schema.default !== undefined && schema.default !== null) bounds.push(`default ${JSON.stringify(schema.default)}`);
  return bounds;
}

function fieldTable(schema) {
  const required = new Set(schema.required || []);
  const rows = Object.entries(schema.properties || {}).map(([name, field]) =>
    el("tr", {},
      el("td", {}, el("code", {}, name), required.has(name) ? el("span", { class: "quiet" }, " required") : null),
      el("td", {}, ...brief(field)),
      el("td", {}, ...prose(field.description))));
  return el("table", {},
    el("thead", {}, el("tr", {}, ...["Field", "Type", ""].map((title) => el("th", { scope: "col" }, title)))),
    el("tbody", {}, ...rows));
}

function parameterTable(parameters) {
  const rows = parameters.map(resolved).map((parameter) =>
    el("tr", {},
      el("td", {}, el("code", {}, parameter.name), " ", el("span", { class: "quiet" }, parameter.in)),
      el("td", {}, ...brief(parameter.schema)),
      el("td", {}, ...prose(parameter.description || parameter.schema?.description))));
  return el("table", {}, el("tbody", {}, ...rows));
}

function answers(responses) {
  const rows = Object.entries(responses).map(([status, given]) => {
    const response = resolved(given);
    const content = Object.values(response.content || {})[0];
    return el("tr", {},
      el("td", {}, el("code", {}, status)),
      el("td", {}, ...prose(response.description)),
      el("td", {}, ...(content ? brief(content.schema) : [""])));
  });
  return el("table", {}, el("tbody", {}, ...rows));
}

/** Return the example of a body. */
function exampleOf(media) {
  return media?.examples ? resolved(Object.values(media.examples)[0]).value : media?.example;
}

/** Show what a good answer looks like. */
function exampleAnswer(responses) {
  const good = Object.entries(responses).find(([status]) => status.startsWith("2"));
  const example = exampleOf(resolved(good?.[1])?.content?.["application/json"]);
  return example === undefined ? [] : [el("details", {},
    el("summary", {}, "Example"), el("pre", {}, JSON.stringify(example, null, 2)))];
}

/** Make the form that tries an operation out with the token of this page. */
function tryOut(path, method, operation) {
  const content = Object.values(operation.requestBody?.content || {})[0];
  const address = el("input", { value: path, size: "60", "aria-label": "Path" });
  const body = content ? el("textarea", { "aria-label": "Body" }) : null;
  if (body) body.value = JSON.stringify(exampleOf(content) ?? {}, null, 2);
  const answer = el("pre", { "aria-live": "polite" });
  const send = el("button", { type: "button" }, "Send");
  send.addEventListener("click", async () => {
    answer.textContent = "…";
    const headers = {};
    const token = document.getElementById("token").value;
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    try {
      const response = await fetch(address.value, { method: method.toUpperCase(), headers, body: body?.value });
      const text = await response.text();
      answer.textContent = `${response.status}\n${pretty(text)}`;
    } catch (error) {
      answer.textContent = String(error);
    }
  });
  return el("details", {}, el("summary", {}, "Try it"), el("p", {}, address, " ", send), body, answer);
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Return what a part of the document is found by: all of it but the examples. */
const wordsOf = (part) =>
  JSON.stringify(part, (key, value) => (/^examples?$/.test(key) ? undefined : value)).toLowerCase();

function operationArticle(path, method, operation) {
  const content = Object.values(operation.requestBody?.content || {})[0];
  return el("article", { id: operation.operationId, "data-words": `${method} ${path} ${wordsOf(operation)}` },
    el("h3", {}, el("span", { class: "method" }, method.toUpperCase()), " ", el("code", {}, path)),
    el("p", {}, ...prose(operation.description || operation.summary)),
    operation.parameters.length ? el("h4", {}, "Parameters") : null,
    operation.parameters.length ? parameterTable(operation.parameters) : null,
    content ? el("h4", {}, "Body") : null,
    content ? el("p", {}, ...brief(content.schema)) : null,
    content ? el("pre", {}, JSON.stringify(exampleOf(content), null, 2)) : null,
    el("h4", {}, "Answers"),
    answers(operation.responses),
    ...exampleAnswer(operation.responses),
    tryOut(path, method, operation));
}

function schemaArticle(name, schema) {
  const choice = schema.anyOf || schema.oneOf;
  return el("article", { id: `schema-${name}`, "data-words": wordsOf({ name, ...schema }) },
    el("h3", {}, el("code", {}, name)),
    el("p", {}, ...prose((schema.description || "").split("\n\n")[0])),
    schema.properties ? fieldTable(schema) : el("p", {}, ...brief(choice ? { anyOf: choice } : schema)));
}

function problemList(codes) {
  const rows = Object.entries(codes || {}).map(([code, { status, advice }]) =>
    el("tr", { id: `problem-${code}` },
      el("td", {}, el("code", {}, code)), el("td", {}, String(status)), el("td", {}, ...prose(advice))));
  return el("table", {}, el("tbody", {}, ...rows));
}

function show() {
  const contents = document.getElementById("contents");
  const main = document.getElementById("main");
  main.replaceChildren();
  document.getElementById("introduction").replaceChildren(...prose(api.info.description));
  for (const { name: tag } of api.tags) {
    const list = el("ul");
    main.append(el("h2", {}, tag));
    for (const [path, item] of Object.entries(api.paths))
      for (const method of METHODS.filter((one) => item[one]?.tags.includes(tag))) {
        main.append(operationArticle(path, method, item[method]));
        list.append(el("li", {}, el("a", { href: `#${item[method].operationId}` }, item[method].summary)));
      }
    contents.append(el("h2", {}, tag), list);
  }
  main.append(el("h2", {}, "Objects"));
  for (const [name, schema] of Object.entries(api.components.schemas)) main.append(schemaArticle(name, schema));
  main.append(el("h2", {}, "Problem codes"), problemList(api["x-problem-codes"]));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

document.getElementById("find").addEventListener("input", (event) => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const article of document.querySelectorAll("article")) article.hidden = !article.dataset.words.includes(wanted);
});

try {
  api = await (await fetch("/openapi.json")).json();
  show();
} catch (error) {
  document.getElementById("main").textContent = `The description could not be loaded: ${error}`;
}
