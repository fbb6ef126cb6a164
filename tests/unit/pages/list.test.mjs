// The list: what a filter lets through, saved views, and rows that stay where they are.

import assert from "node:assert/strict";
import { test } from "node:test";
import { meaningful, passes } from "../../../gateway/workplace/src/core/filtering.ts";
import { belongs, initialState, listKey, shownConversations, shownKey, withPage } from "../../../gateway/workplace/src/core/store.js";
import { listOf, listQuery } from "../../../gateway/workplace/src/inbox/list/list_address.ts";
import { asBefore } from "../../../gateway/workplace/src/inbox/list/order_kept.ts";
import { isOffered } from "../../../gateway/workplace/src/inbox/list/ready_rule.ts";
import { mayBePriced } from "../../../gateway/workplace/src/inbox/priced_number.ts";
import { filterPatch, topicsOf, viewShown } from "../../../gateway/workplace/src/inbox/list/saved_views.ts";
import { conversation, ME } from "./samples.mjs";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const NONE = new Set();
const one = (more) => conversation({ tags: ["VIP"], topics: ["t1"], snooze: null, target: null, ...more });

test("a filter lets through what the server would", () => {
  const late = one({ window: { open: true, expires_at: "2026-03-01T11:00:00Z" }, target: { breached: false } });
  const cases = [
    [{}, true], [{ tag: "vip" }, true], [{ tag: "other" }, false], [{ window: "closed" }, true], [{ window: "open" }, false],
    [{ snoozed: false }, true], [{ snoozed: true }, false], [{ target: "running" }, true], [{ target: "breached" }, false],
    [{ channel_id: late.channel.id, queue_id: "none" }, false],
  ];
  for (const [filter, expected] of cases) assert.equal(passes(late, filter, NOW, NONE), expected, JSON.stringify(filter));
});

test("a topic's filter finds the topics below it", () => {
  const topics = [{ id: "t0", parent_id: null }, { id: "t1", parent_id: "t0" }, { id: "t2", parent_id: null }];
  assert.equal(passes(one(), { topic_id: "t0" }, NOW, topicsOf(topics, "t0")), true);
  assert.equal(passes(one(), { topic_id: "t2" }, NOW, topicsOf(topics, "t2")), false);
});

test("what says nothing is no filter, and what is none is left out", () => {
  assert.deepEqual(meaningful({ tag: "", queue_id: null, snoozed: false, view: "mine", q: "x" }), { snoozed: false });
});

test("a saved view is shown, and known again", () => {
  const view = { id: "v", name: "V", filter: { view: "unassigned", tag: "vip", q: "maria", state: null }, order: "waiting" };
  const shown = filterPatch(view, []);
  assert.deepEqual([shown.view, shown.order, shown.search, shown.filter], ["unassigned", "waiting", "maria", { tag: "vip" }]);
  assert.equal(viewShown(view, shown), true);
  assert.equal(viewShown(view, { ...shown, filter: {} }), false);
  assert.equal(filterPatch({ ...view, filter: { state: "closed" } }, []).view, "closed");
});

test("rows stay where they are: who is new comes last", () => {
  const rows = ["c", "new", "a", "b"].map((id) => ({ id }));
  assert.deepEqual(asBefore(rows, ["a", "gone", "b", "c"]).map(({ id }) => id), ["a", "b", "c", "new"]);
});

test("closed ones are shown in their own tab alone, also in the version in which they left the others", () => {
  const closed = one({ id: "x", state: "closed", version: 3 });
  const before = { ...initialState(ME), view: "closed", left: new Map([["x", 3]]) };
  const after = withPage(before, shownKey(before), { items: [closed], next_cursor: null });
  assert.deepEqual(shownConversations(after).map(({ id }) => id), ["x"]);
  assert.equal(belongs(closed, "all", ME), false);
});

test("each filter has a list of its own, none the plain one", () => {
  assert.equal(listKey("mine", "newest", " a ", {}), listKey("mine", "newest", "a"));
  assert.notEqual(listKey("mine", "newest", "", { tag: "a" }), listKey("mine", "newest", "", { tag: "b" }));
});

test("who has come and is in a queue is offered to be ready, nobody else", () => {
  const queue = { operator_ids: ["ana"], group_ids: ["sales"] };
  assert.equal(isOffered({ id: "ana", status: "online" }, [queue]), true);
  assert.equal(isOffered({ id: "ben", status: "online", group_ids: ["sales"] }, [queue]), true);
  assert.equal(isOffered({ id: "ben", status: "online", group_ids: [] }, [queue]), false);
  assert.equal(isOffered({ id: "ana", status: "online" }, []), false);
  for (const status of ["ready", "unavailable", "offline", "lunch"]) assert.equal(isOffered({ id: "ana", status }, [queue]), false, status);
  assert.equal(isOffered(undefined, [queue]), false);
});

test("the price to an unfinished number is not asked for", () => {
  for (const whole of ["+49 1512 3456789", "+351912000101", "+1 (650) 555-1234"]) assert.equal(mayBePriced(whole), true, whole);
  for (const other of ["", "+", "+49 15", "49 1512 3456789", "+49 1512 34567890123", "Maria"]) assert.equal(mayBePriced(other), false, other);
});

test("what the list shows has an address, which says nothing of who is searched for", () => {
  const shown = { view: "unassigned", order: "waiting", search: "Maria", filter: { tag: "a&b", snoozed: false, window: "open" } };
  const query = listQuery(shown);
  assert.equal(query, "view=unassigned&order=waiting&snoozed=false&tag=a%26b&window=open");
  assert.deepEqual(listOf(new URLSearchParams(query)), { view: "unassigned", order: "waiting", filter: shown.filter });
  assert.equal(listQuery({ view: "mine", order: "newest", search: "", filter: {} }), "view=mine");
});

test("an address that says nothing of the list, or nonsense, changes nothing or less", () => {
  assert.equal(listOf(new URLSearchParams("")), null);
  assert.equal(listOf(new URLSearchParams("view=theirs&tag=x")), null);
  const nonsense = ["order=random", "colour=red", "tag=", "toString=1", "__proto__=2", "window=ajar", "target=x", "snoozed=perhaps", "from=yesterday", "to=2026"];
  for (const word of nonsense) assert.deepEqual(listOf(new URLSearchParams(`view=all&${word}`)), { view: "all", order: "newest", filter: {} }, word);
  const times = { from: "2026-11-28T00:00:00.000Z", to: "2026-11-29T00:00:00+03:00" };
  assert.deepEqual(listOf(new URLSearchParams({ view: "all", ...times })).filter, times);
});
