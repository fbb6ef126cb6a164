// What the documentation makes of the API's description.

import assert from "node:assert/strict";
import { test } from "node:test";

import { callersOf, curlOf, exampleOf, found, operationsOf, slug } from "../../../gateway/static/docs/description.js";

const api = {
  paths: {
    "/api/v1/contacts/{id}": {
      get: {
        operationId: "show_contact", summary: "Show a contact", tags: ["Contacts"], security: [{ bearer: ["read"] }],
        "x-roles": ["operator", "supervisor", "manager", "administrator", "owner"],
        parameters: [{ $ref: "#/components/parameters/path.id" }, { name: "limit", in: "query", required: false }],
      },
      post: {
        operationId: "note", summary: "Note", tags: ["API keys"], security: [{ bearer: [] }], "x-roles": ["owner"],
        parameters: [{ $ref: "#/components/parameters/path.id" }, { name: "Idempotency-Key", in: "header" }],
        requestBody: { content: { "application/json": { examples: { Note: { $ref: "#/components/examples/Note" } } } } },
      },
    },
  },
  components: {
    parameters: { "path.id": { name: "id", in: "path", required: true, example: "0192" } },
    examples: { Note: { value: { text: "it's" } } },
  },
};
const [show, note] = operationsOf(api);

test("a command asks for an object", () => {
  assert.equal(curlOf(show, "https://x", api), `curl 'https://x/api/v1/contacts/0192' \\\n  -H "Authorization: Bearer $TOKEN"`);
});

test("a command makes something, with a key, and with quotes that a shell understands", () => {
  const command = curlOf(note, "https://x", api);
  assert.match(command, /^curl -X POST /);
  assert.match(command, /Idempotency-Key/);
  assert.ok(command.includes(String.raw`"it'\''s"`));
});

test("what goes up as a file is named", () => {
  const upload = { ...show, method: "post", requestBody: { content: { "multipart/form-data": {} } } };
  assert.match(curlOf(upload, "", api), /-F file=@/);
  const table = { ...show, method: "post", requestBody: { content: { "text/csv": {} } } };
  assert.match(curlOf(table, "", api), /--data-binary @/);
});

test("examples are found behind references", () => {
  assert.deepEqual(exampleOf({ examples: { Note: { $ref: "#/components/examples/Note" } } }, api), { text: "it's" });
  assert.equal(exampleOf({ example: 1 }, api), 1);
  assert.equal(exampleOf(undefined, api), undefined);
});

test("who may call is said in words", () => {
  assert.equal(callersOf(show), "For everybody who signed in; an API key needs `read`.");
  assert.equal(callersOf(note), "For owner; no API key may.");
  assert.equal(callersOf({ security: [] }), "Anybody, without a token.");
});

test("a search finds calls and objects in which all of its words stand", () => {
  const ids = (search) => found(search, [show, note], { Note: { description: "A word." } }, { in_use: { advice: "Move it." } });
  assert.deepEqual(ids("contact show").operations.map((one) => one.operationId), ["show_contact"]);
  assert.deepEqual(ids("word"), { operations: [], schemas: ["Note"], problems: [] });
  assert.deepEqual(ids("in_use").problems, ["in_use"]);
  assert.deepEqual(ids("nowhere"), { operations: [], schemas: [], problems: [] });
});

test("subjects have addresses", () => {
  assert.equal(slug("Erasure and export"), "erasure-and-export");
  assert.equal(note.page, "api-keys");
});
