// What events do to the page's state.

import assert from "node:assert/strict";
import { test } from "node:test";
import { applyEvent, previewOf, shownPending } from "../../../gateway/workplace/src/core/events.js";
import { dropConversation, initialState, listKey, putConversation, putPending, withPage, withThreadLoading, withThreadPage } from "../../../gateway/workplace/src/core/store.js";
import { conversation, ME, message, OWNER } from "./samples.mjs";

const KEY = listKey("mine", "newest", "");
const having = (me, ...views) => withPage(initialState(me), KEY, { items: views, next_cursor: null });
const after = (state, type, data) => applyEvent(state, { type, data });
const one = ({ state }, id = "c1") => state.conversations.get(id);

test("a customer's message is the newest, one more unread, and renews the window", () => {
  const last_message = { seq: 3, direction: "out", preview: "x", at: "2026-01-05T09:00:00Z" };
  const result = after(having(ME, conversation({ last_message })), "message.created", message({ seq: 5 }));
  assert.deepEqual(one(result).last_message, { seq: 5, direction: "in", preview: "text 5", type: "text", code: null, at: "2026-01-05T12:00:00Z" });
  assert.equal(one(result).unread, 1);
  assert.equal(one(result).window.expires_at, "2026-01-06T12:00:00.000Z");
  assert.deepEqual(result.effects.map((effect) => effect.kind), ["arrived"]);
});

test("an automatic text does not hide a customer's words, but stands where there is nothing else", () => {
  const auto = message({ seq: 6, direction: "out", author: { kind: "auto", id: null } });
  const words = { seq: 5, direction: "in", preview: "help", at: "2026-01-05T11:00:00Z" };
  const hidden = after(having(ME, conversation({ last_message: words })), "message.created", auto);
  assert.deepEqual(one(hidden).last_message, words);
  const shown = after(having(ME, conversation()), "message.created", auto);
  assert.equal(one(shown).last_message.preview, "text 6");
});

test("the same event twice is the same as once", () => {
  const once = after(having(ME, conversation()), "message.created", message({ seq: 5 }));
  const twice = after(once.state, "message.created", message({ seq: 5 }));
  assert.deepEqual(one(twice), one(once));
});

test("a message that the list had counted already is not counted again", () => {
  const last_message = { seq: 5, direction: "in", preview: "text 5", at: "2026-01-05T12:00:00Z" };
  const result = after(having(ME, conversation({ last_message, unread: 2 })), "message.created", message({ seq: 4 }));
  assert.equal(one(result).unread, 2);
});

for (const [why, fields, extra] of [
  ["was read already", { read_seq: 9 }, {}],
  ["is ours", {}, { direction: "out" }],
]) {
  test(`no unread where the message ${why}`, () => {
    const result = after(having(ME, conversation(fields)), "message.created", message({ seq: 5, ...extra }));
    assert.equal(one(result).unread, 0);
  });
}

for (const [why, extra] of [
  ["the system says", { content: { type: "system", code: "number_changed" } }],
  ["our own phone app wrote", { direction: "out", author: { kind: "external", id: null } }],
  ["came late", { provider_at: "2026-01-01T00:00:00Z" }],
]) {
  test(`what ${why} does not renew the window`, () => {
    const result = after(having(ME, conversation()), "message.created", message({ seq: 5, ...extra }));
    assert.equal(one(result).window.expires_at, "2026-01-06T10:00:00Z");
  });
}

test("a customer's message that crossed ours is counted by asking", () => {
  const last_message = { seq: 7, direction: "out", preview: "x", at: "2026-01-05T12:00:00Z" };
  const result = after(having(ME, conversation({ last_message })), "message.created", message({ seq: 6 }));
  assert.deepEqual(result.effects[0], { kind: "refresh", id: "c1" });
});

test("a message of a conversation that is not known asks for it", () => {
  assert.deepEqual(after(having(ME), "message.created", message()).effects[0], { kind: "refresh", id: "c1" });
});

test("an operator loses what another one was given", () => {
  const free = conversation({ operator_id: null, state: "queued" });
  const taken = conversation({ operator_id: "ben", version: 2 });
  const { state } = after({ ...having(ME, free), selected: "c1" }, "conversation.assigned", taken);
  assert.equal(state.conversations.size, 0);
  assert.deepEqual(state.gone, { id: "c1", operator_id: "ben" });
});

test("who sees all keeps it", () => {
  const result = after(having(OWNER, conversation({ operator_id: null })), "conversation.assigned", conversation({ operator_id: "ben", version: 2 }));
  assert.equal(one(result).operator_id, "ben");
});

test("where only the server knows whether it is visible, it is asked", () => {
  const moved = conversation({ operator_id: null, state: "queued", queue_id: "q2", version: 2 });
  const result = after(having(ME, conversation()), "conversation.transferred", moved);
  assert.deepEqual(result.effects, [{ kind: "refresh", id: "c1" }, { kind: "line" }]);
  const supervisor = { ...ME, id: "sue", role: "supervisor" };
  assert.equal(after(having(supervisor), "conversation.assigned", conversation()).effects[0].kind, "refresh");
});

test("a page read before does not bring back what has left", () => {
  const { state } = after(having(ME, conversation({ operator_id: null })), "conversation.assigned", conversation({ operator_id: "ben", version: 2 }));
  const late = withPage(state, KEY, { items: [conversation({ operator_id: null, version: 1 })], next_cursor: null });
  assert.equal(late.conversations.size, 0);
  assert.equal(putConversation(late, conversation({ operator_id: "ana", version: 3 })).conversations.size, 1);
});

test("a closed conversation leaves the list, unless it is open on the screen", () => {
  const closed = conversation({ state: "closed", version: 2 });
  assert.equal(one(after(having(ME, conversation()), "conversation.closed", closed)), undefined);
  assert.equal(one(after({ ...having(ME, conversation()), selected: "c1" }, "conversation.closed", closed)).state, "closed");
});

test("an older state never replaces a newer one", () => {
  const result = after(having(ME, conversation({ version: 5, tags: ["new"] })), "conversation.updated", conversation({ version: 4 }));
  assert.deepEqual(one(result).tags, ["new"]);
});

test("a state made before a message came does not hide that message", () => {
  const had = after(having(ME, conversation()), "message.created", message({ seq: 5 }));
  const result = after(had.state, "conversation.updated", conversation({ version: 2 }));
  assert.equal(one(result).last_message.seq, 5);
  assert.equal(one(result).unread, 1);
  assert.deepEqual(result.effects, [{ kind: "refresh", id: "c1" }]);
});

test("messages stand in the thread by seq, whatever order they come in", () => {
  let state = withThreadPage(having(ME, conversation()), "c1", [message({ seq: 2 })], true);
  for (const seq of [9, 4]) state = after(state, "message.created", message({ seq })).state;
  assert.deepEqual(state.threads.get("c1").messages.map((m) => m.seq), [2, 4, 9]);
});

test("a status never goes back", () => {
  const read = message({ seq: 2, direction: "out", status: "read" });
  const state = withThreadPage(having(ME, conversation()), "c1", [read], true);
  const late = after(state, "message.updated", { ...read, status: "sent" }).state;
  assert.equal(late.threads.get("c1").messages[0].status, "read");
});

test("what happens while a page is being read is not lost", () => {
  const loading = withThreadLoading(having(ME, conversation()), "c1", true);
  const { state } = after(loading, "message.created", message({ seq: 5 }));
  const thread = withThreadPage(state, "c1", [message({ seq: 3 })], true).threads.get("c1");
  assert.deepEqual(thread.messages.map((m) => m.seq), [3, 5]);
});

test("a change above the oldest page leaves no gap", () => {
  const state = withThreadPage(having(ME, conversation()), "c1", [message({ seq: 10 })], false);
  const { threads } = after(state, "message.updated", message({ seq: 2 })).state;
  assert.deepEqual(threads.get("c1").messages.map((m) => m.seq), [10]);
});

test("a file's link, made when it is read, survives an event without it and is asked for where it is missing", () => {
  const file = (media) => message({ seq: 2, content: { type: "image", media } });
  const state = withThreadPage(having(ME, conversation()), "c1", [file({ id: "f", url: "/f?s" })], true);
  assert.equal(after(state, "message.updated", file({ id: "f" })).state.threads.get("c1").messages[0].content.media.url, "/f?s");
  const effects = after(state, "message.created", { ...file({ id: "g" }), id: "m3", seq: 3 }).effects;
  assert.deepEqual(effects[0], { kind: "reread", id: "c1", seq: 3 });
});

test("our own message by the stream takes the place of the waiting one", () => {
  const item = { key: "k", content: { type: "text", text: "hi" }, state: "sending" };
  const waiting = putPending(having(ME, conversation()), "c1", item);
  const mine = message({ seq: 2, direction: "out", content: { type: "text", text: "hi" } });
  assert.deepEqual(shownPending(after(waiting, "message.created", mine).state.pending.get("c1")), []);
  const other = { ...mine, author: { kind: "operator", id: "ben" } };
  assert.equal(shownPending(after(waiting, "message.created", other).state.pending.get("c1")).length, 1);
});

test("a deleted message loses its preview, an edited one gets the new text", () => {
  const had = after(having(ME, conversation()), "message.created", message({ seq: 5 })).state;
  const edited = message({ seq: 5, content: { type: "text", text: "new" } });
  assert.equal(one(after(had, "message.updated", edited)).last_message.preview, "new");
  assert.equal(one(after(had, "message.updated", { ...edited, deleted_at: "2026-01-05T13:00:00Z" })).last_message.preview, "");
});

test("a contact's new name is shown in all its conversations", () => {
  const result = after(having(ME, conversation()), "contact.updated", { id: "contact-c1", name: "Mary", identities: [] });
  assert.equal(one(result).contact.name, "Mary");
});

test("merged contacts are the customer in all conversations that named one of them", () => {
  const merged = { contact: { id: "head", name: "Mary", identities: [] }, merged_ids: ["contact-c1"] };
  const result = after(having(ME, conversation()), "contact.merged", merged);
  assert.deepEqual([one(result).contact.id, one(result).contact.name], ["head", "Mary"]);
});

test("nothing of an erased customer stays, and what is on the screen closes", () => {
  const had = { ...having(ME, conversation()), selected: "c1" };
  const { state } = after(had, "contact.erased", { id: "contact-c1", erasure_id: null });
  assert.deepEqual([state.conversations.size, state.selected], [0, null]);
  assert.deepEqual(after(had, "contact.erased", { id: "somebody else" }).state.conversations, had.conversations);
});

test("an event of a type that is not known changes nothing", () => {
  const state = having(ME, conversation());
  assert.deepEqual(after(state, "channel.health", {}), { state, effects: [] });
});

test("dropping forgets the thread too: its events no longer come", () => {
  const state = withThreadPage(having(ME, conversation()), "c1", [message()], true);
  assert.equal(dropConversation(state, "c1", 1).threads.size, 0);
});

for (const [content, preview] of [
  [{ type: "text", text: " two\n lines " }, "two lines"],
  [{ type: "text", text: "😀".repeat(200) }, "😀".repeat(100)],
  [{ type: "image", media: {} }, "image"],
  [{ type: "document", media: {}, caption: "the bill" }, "the bill"],
  [{ type: "contacts", contacts: [{ name: "A" }, { name: "B" }] }, "A, B"],
  [{ type: "order", items: [1, 2] }, "order of 2"],
  [{ type: "template", name: "hello", rendered: "Hello!" }, "Hello!"],
  [{ type: "unsupported", reason: "x" }, "unsupported message"],
]) {
  test(`preview of ${content.type}: ${preview.slice(0, 20)}`, () => assert.equal(previewOf(content), preview));
}
