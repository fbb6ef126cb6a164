// The side of a conversation: what its forms ask the server for, its topics, its times.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cardPatch, draftOf, withRow } from "../../../gateway/workplace/src/inbox/side/card_patch.ts";
import { localInput, snoozeTime } from "../../../gateway/workplace/src/inbox/side/snooze_times.ts";
import { offered, paths } from "../../../gateway/workplace/src/inbox/side/topic_tree.ts";

const FIELDS = [
  { key: "plan", type: "choice" }, { key: "shoe", type: "number" }, { key: "vip", type: "boolean" },
];
const CONTACT = { name: "Maria", language: null, phones: ["+491"], emails: [], fields: { plan: "pro", shoe: 42 } };

test("a form that nobody changed asks for nothing", () => {
  assert.deepEqual(cardPatch(CONTACT, FIELDS, draftOf(CONTACT, FIELDS)), {});
});

test("a patch names what differs, with values of their types; an empty one takes away", () => {
  const draft = draftOf(CONTACT, FIELDS);
  const changed = { ...draft, name: " ", phones: ["", " +492 ", ""], fields: { plan: "", shoe: "43.5", vip: "false" } };
  const expected = { name: null, phones: ["+492"], fields: { plan: null, shoe: 43.5, vip: false } };
  assert.deepEqual(cardPatch(CONTACT, FIELDS, changed), expected);
});

test("there is always an empty row to write another one in", () => {
  assert.deepEqual(withRow([""], 0, "a"), ["a", ""]);
  assert.deepEqual(withRow(["a", ""], 0, ""), ["", ""]);
});

const topic = (id, parent_id = null, more = {}) => ({ id, name: id.toUpperCase(), parent_id, order: 0, active: true, ...more });

test("topics are offered in the order of their tree, without what is out of use and what is below it", () => {
  const topics = [topic("b"), topic("a"), topic("a1", "a"), topic("c", null, { active: false }), topic("c1", "c"), topic("first", null, { order: -1 })];
  assert.deepEqual(offered(topics).map((one) => one.id), ["first", "a", "a1", "b"]);
  assert.equal(paths(topics).get("c1"), "C › C1");
});

test("a Monday's “next Monday” is in a week, a Sunday's is tomorrow", () => {
  const monday = new Date(2026, 10, 30, 8, 0).getTime();
  const sunday = new Date(2026, 10, 29, 22, 0).getTime();
  assert.equal(localInput(snoozeTime("monday_morning", monday)), "2026-12-07T09:00");
  assert.equal(localInput(snoozeTime("monday_morning", sunday)), "2026-11-30T09:00");
  assert.equal(localInput(snoozeTime("tomorrow_morning", sunday)), "2026-11-30T09:00");
  assert.equal(localInput(snoozeTime("in_three_hours", monday)), "2026-11-30T11:00");
});
