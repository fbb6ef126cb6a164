// The counts of the tabs: of what was read whole, by the server otherwise, and what was seen to move since then.

import assert from "node:assert/strict";
import { test } from "node:test";
import { added, mayMove, moved } from "../../../gateway/workplace/src/inbox/list/count_moves.ts";
import { filterKey, shownCounts } from "../../../gateway/workplace/src/core/counting.ts";
import { initialState, listKey, putConversation, dropConversation, withPage } from "../../../gateway/workplace/src/core/store.js";
import { conversation, ME } from "./samples.mjs";

const NOW = Date.parse("2026-01-05T12:00:00Z");
const count = (number, unread = null, more = false) => ({ count: number, more, unread });
const TALLY = { filter: filterKey({}), saved: new Map(), mine: count(60, 7), unassigned: count(400), all: count(1000, null, true) };
const VIEWS = [conversation({ id: "a", unread: 2 }), conversation({ id: "b" }), conversation({ id: "c", operator_id: null, state: "queued" })];
const whole = withPage(initialState(ME), listKey("mine", "newest", ""), { items: VIEWS, next_cursor: null });
const part = { ...withPage(initialState(ME), listKey("mine", "newest", ""), { items: VIEWS, next_cursor: "more" }), tally: TALLY };

test("what was read whole is counted here, and nothing is said of what nobody knows", () => {
  assert.deepEqual(shownCounts(whole, NOW).mine, { open: 2, unread: 1, more: false });
  assert.equal(shownCounts(whole, NOW).unassigned.open, null);
});

test("of what was not read whole the server's count is shown", () => {
  const shown = shownCounts(part, NOW);
  assert.deepEqual(shown.mine, { open: 60, unread: 7, more: false });
  assert.deepEqual(shown.all, { open: 1000, unread: 1, more: true });
  assert.equal(shownCounts({ ...part, filter: { tag: "vip" } }, NOW).mine.open, null, "it was counted under another filter");
  assert.deepEqual(shownCounts({ ...part, tally: { ...TALLY, mine: count(null) } }, NOW).mine, { open: 2, unread: 1, more: true });
});

test("who is seen to move is subtracted here and added there", () => {
  const taken = putConversation(part, conversation({ id: "c", version: 2 }));
  const after = moved(TALLY, part, taken, NOW);
  assert.deepEqual([after.mine.count, after.unassigned.count, after.all.count], [61, 399, 1000]);
  const gone = moved(after, taken, dropConversation(taken, "a", 5), NOW);
  assert.deepEqual([gone.mine, gone.unassigned.count], [count(60, 6), 399]);
  assert.equal(moved(TALLY, part, { ...part, view: "all" }, NOW), TALLY);
});

test("a page of others changes no count, a new one does", () => {
  const more = withPage(part, listKey("all", "newest", ""), { items: [conversation({ id: "d" })], next_cursor: null });
  assert.equal(moved(TALLY, part, more, NOW), TALLY);
  assert.equal(added(TALLY, conversation({ id: "d", unread: 1 }), more, NOW).mine.unread, 8);
});

test("only what may change a count leads to counting again", () => {
  assert.ok(mayMove("conversation.assigned", whole));
  for (const type of ["message.created", "conversation.updated", "operator.status"]) assert.ok(!mayMove(type, whole), type);
  assert.ok(mayMove("conversation.updated", { ...whole, filter: { tag: "vip" } }));
  assert.ok(mayMove("message.created", part), "one's own unread ones are not all known");
});
