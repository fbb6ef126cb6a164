// Which conversations a list shows, in which order, under which counts; times as people read them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { displayName, displayNumber, dropConversation, initialState, listKey, matches, putConversation, seenSeq, shownConversations, withoutClosed, withPage } from "../../../gateway/workplace/src/core/store.js";
import { dayName, duration, replyWindow, shortAge } from "../../../gateway/workplace/src/core/time.js";
import { conversation, ME, message } from "./samples.mjs";

const at = (time) => ({ seq: 1, direction: "in", preview: "", at: `2026-01-05T${time}:00Z` });
const VIEWS = [
  conversation({ id: "a", last_message: at("10:00"), unread: 2 }),
  conversation({ id: "b", last_message: at("12:00"), opened_at: "2026-01-04T10:00:00Z" }),
  conversation({ id: "c", operator_id: null, state: "queued", queued_at: "2026-01-05T10:00:00Z" }),
  conversation({ id: "d", operator_id: "ben" }),
  conversation({ id: "e", state: "closed" }),
];
const state = withPage(initialState(ME), listKey("mine", "newest", ""), { items: VIEWS, next_cursor: "more" });
const ids = (change) => shownConversations({ ...state, ...change }).map((one) => one.id);

test("tabs", () => {
  assert.deepEqual(ids({ view: "mine" }), ["b", "a"]);
  assert.deepEqual(ids({ view: "unassigned" }), ["c"]);
  assert.deepEqual(ids({ view: "all" }).sort(), ["a", "b", "c", "d"]);
});

test("orders", () => {
  assert.deepEqual(ids({ view: "mine", order: "oldest" }), ["b", "a"]);
  assert.deepEqual(ids({ view: "all", order: "waiting" }), ["c"]);
});

test("search finds names and numbers", () => {
  for (const text of ["mar", "ARIA", "+1650", "5551234", " maria "]) assert.ok(matches(VIEWS[0], text), text);
  assert.ok(!matches(VIEWS[0], "ben"));
});

test("names", () => {
  assert.equal(displayName(conversation({ contact: { id: "x", name: null, identities: [] } })), "+16505551234");
  assert.equal(displayNumber({ kind: "telegram", external_id: "42" }), "42");
});

test("what a close has seen is the customer's newest message, not our own", () => {
  assert.equal(seenSeq({ messages: [message({ seq: 3 }), message({ seq: 9, direction: "out" })] }), 3);
  assert.equal(seenSeq(undefined), 0);
});

const NOW = new Date(2026, 1, 3, 15, 0).getTime();
const ago = (milliseconds) => new Date(NOW - milliseconds).toISOString();
const MINUTE = 60_000;

for (const [age, text] of [[0, "now"], [5 * MINUTE, "5 min"], [3 * 60 * MINUTE, "12:00 PM"], [24 * 60 * MINUTE, "Mon"], [10 * 24 * 60 * MINUTE, "Jan 24"]]) {
  test(`short age: ${text}`, () => assert.equal(shortAge(ago(age), NOW, "en-US").replace(/\s/g, " "), text));
}

test("days", () => {
  assert.equal(dayName(ago(0), NOW, "en"), "Today");
  assert.equal(dayName(ago(16 * 60 * MINUTE), NOW, "en"), "Yesterday");
});

for (const [minutes, text] of [[0.5, "less than a minute"], [12, "12 min"], [192, "3 h 12 min"], [180, "3 h"], [3000, "2 days"]]) {
  test(`duration: ${text}`, () => assert.equal(duration(minutes * MINUTE), text));
}

test("the reply window closes by itself", () => {
  const window = { open: true, expires_at: new Date(NOW).toISOString(), free_entry_expires_at: null };
  assert.deepEqual(replyWindow(window, NOW - MINUTE), { limited: true, open: true, left: MINUTE });
  assert.equal(replyWindow(window, NOW).open, false);
  assert.deepEqual(replyWindow({ open: true, expires_at: null }, NOW), { limited: false, open: true, left: null });
  assert.deepEqual(replyWindow({ open: false, expires_at: null }, NOW), { limited: true, open: false, left: null });
});

test("what has left is remembered for as long as a page may be under way, not for ever", () => {
  const left = Array.from({ length: 2_000 }, (_, n) => n).reduce((before, n) => dropConversation(before, `c${n}`, 3), state);
  assert.ok(left.left.size <= 500);
  assert.equal(putConversation(left, conversation({ id: "c1999", version: 3 })), left, "an older page does not bring it back");
});

test("what was closed is forgotten once it is not shown, over a day of work", () => {
  const closed = (id) => conversation({ id, state: "closed", version: 9 });
  const still = { ...state, view: "mine", conversations: new Map([["open", conversation({ id: "open" })]]) };
  let day = still;
  for (let n = 0; n < 300; n += 1) day = putConversation(withoutClosed(Object.assign({}, day, { selected: `c${n}` })), closed(`c${n}`));
  assert.deepEqual([...day.conversations.keys()], ["open", "c299"], "the one on the screen stays");
  const reading = { ...day, view: "closed" };
  assert.equal(withoutClosed(reading), reading, "their own tab keeps them");
  assert.deepEqual([...withoutClosed({ ...day, selected: "open" }).conversations.keys()], ["open"]);
});
