// Messages on their way: one key each, in order, through network faults and reloads.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Problem } from "../../../gateway/workplace/src/core/api.js";
import { Sending } from "../../../gateway/workplace/src/core/sending.js";
import { initialState, Store } from "../../../gateway/workplace/src/core/store.js";
import { ME, message } from "./samples.mjs";

const page = new EventTarget();
globalThis.addEventListener = page.addEventListener.bind(page);
globalThis.removeEventListener = page.removeEventListener.bind(page);

const AWAY = new Problem({});
const refusal = (code) => new Problem({ status: 409, code, detail: "No." });
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A server that answers each POST with the next of `answers`. */
function server(...answers) {
  const asked = [];
  const send = async (id, { content }, key) => {
    asked.push({ key, text: content.text });
    const answer = answers.shift() ?? message({ seq: 100 + asked.length, direction: "out", content });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, send };
}

function sender(api, saved = null) {
  const kept = { value: saved, load: () => saved, save(value) { this.value = value; } };
  const store = new Store(initialState(ME));
  return { kept, store, sending: new Sending(api, store, kept), items: () => store.state.pending.get("c1") ?? [] };
}

test("after a network fault the same key is used, and later messages wait", async () => {
  const api = server(AWAY);
  const { sending, items } = sender(api);
  for (const text of ["one", "two"]) sending.send("c1", { type: "text", text });
  await settle();
  assert.equal(api.asked.length, 1);
  assert.match(items()[0].detail, /connection/);
  page.dispatchEvent(new Event("online"));
  await settle();
  await settle();
  assert.deepEqual(api.asked.map((one) => one.text), ["one", "one", "two"]);
  assert.equal(api.asked[0].key, api.asked[1].key);
  assert.notEqual(api.asked[1].key, api.asked[2].key);
  assert.deepEqual(items(), []);
});

test("what the server refuses says why, holds nothing back, and can be taken back", async () => {
  const api = server(refusal("window_closed"));
  const { sending, items } = sender(api);
  for (const text of ["one", "two"]) sending.send("c1", { type: "text", text });
  await settle();
  await settle();
  assert.deepEqual(items().map((one) => [one.state, one.detail]), [["refused", "No."]]);
  assert.equal(api.asked.length, 2);
  assert.equal(sending.discard("c1", items()[0].key).content.text, "one");
  assert.deepEqual(items(), []);
});

test("a reload goes on with the same key", async () => {
  const api = server(AWAY);
  const before = sender(api);
  before.sending.send("c1", { type: "text", text: "one" });
  await settle();
  before.sending.stop();
  const after = sender(api, before.kept.value);
  after.sending.resume();
  await settle();
  assert.equal(new Set(api.asked.map((one) => one.key)).size, 1);
  assert.deepEqual(after.items(), []);
  assert.deepEqual(after.kept.value, {});
});

test("problems say what is wrong with which field, and whether to try again", () => {
  const errors = [{ pointer: "/content/text", message: "must have at most 4096 characters" }];
  const problem = new Problem({ status: 422, code: "content_invalid", detail: "The text is too long.", errors });
  assert.equal(problem.message, "The text is too long. Must have at most 4096 characters.");
  assert.equal(problem.passing, false);
  assert.ok([0, 408, 429, 500, 503].every((status) => new Problem({ status }).passing));
});
