// Queues, statuses and places in the page's state; what a form of settings sends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { applyEvent } from "../../../gateway/workplace/src/core/events.js";
import { initialState, putConversation } from "../../../gateway/workplace/src/core/store.js";
import { closeReason, explained, placeOf, queueLine, statusChoices, statusName, waitOf, withQueues } from "../../../gateway/workplace/src/inbox/team.js";
import { countdown, waitText } from "../../../gateway/workplace/src/core/time.js";
import { conversation, OWNER } from "./samples.mjs";

const SALES = { id: "q", name: "Sales", version: 2, waiting: 0, limit: 5, available: true, max_wait_seconds: null, operator_ids: ["ana", "gone"], group_ids: [], texts: { greeting: { en: "Hello" } } };
const state = {
  ...withQueues(initialState(OWNER), [SALES]),
  operators: new Map([["ana", { id: "ana", name: "Ana" }]]),
  statuses: new Map([["lunch", { id: "lunch", name: "Lunch" }]]),
  places: new Map([["c1", { place: 3, wait: 90 }]]),
};
const waiting = conversation({ state: "queued", operator_id: null, queue_id: "q" });
const after = (type, data, from = state) => applyEvent(from, { type, data });

test("a queue's event replaces it, unless it is older", () => {
  assert.equal(after("queue.updated", { ...SALES, version: 3, limit: 1 }).state.queues.get("q").limit, 1);
  assert.equal(after("queue.updated", { ...SALES, version: 1, limit: 1 }).state.queues.get("q").limit, 5);
});

test("how many wait changes without a new version", () => {
  assert.equal(after("queue.updated", { ...SALES, waiting: 4 }).state.queues.get("q").waiting, 4);
});

test("a deleted queue leaves", () => {
  assert.equal(after("queue.updated", { ...SALES, deleted: true }).state.queues.size, 0);
});

for (const [why, type, data, line] of [
  ["somebody enters a queue", "conversation.queued", waiting, true],
  ["somebody leaves a queue", "conversation.assigned", { ...waiting, state: "assigned", operator_id: "ana" }, true],
  ["an operator comes", "operator.status", { id: "ana", status: "ready" }, true],
  ["a conversation has no queue", "conversation.queued", { ...waiting, id: "c2", queue_id: null }, false],
  ["tags change", "conversation.updated", waiting, false],
]) {
  test(`${line ? "places are read again" : "places stay"} when ${why}`, () => {
    assert.equal(after(type, data, putConversation(state, waiting)).effects.some((effect) => effect.kind === "line"), line);
  });
}

test("a queue and a place in words", () => {
  assert.equal(queueLine(waiting, state), "Sales · place 3");
  assert.equal(queueLine({ ...waiting, state: "assigned" }, state), "Sales");
  assert.equal(queueLine(conversation(), state), "");
  assert.equal(placeOf({ ...waiting, id: "c9" }, state), null);
  assert.equal(waitOf(waiting, state), 90);
  assert.equal(waitOf({ ...waiting, state: "assigned" }, state), null);
});

test("statuses: three of everybody, then the workspace's own; the present one is always among them", () => {
  assert.deepEqual(statusChoices(state, "ready").map((one) => one.text), ["Ready", "Online", "Unavailable", "Lunch"]);
  assert.equal(statusChoices(state, "offline")[0].value, "offline");
  assert.equal(statusName(state, "gone"), "Unavailable");
});

for (const [note, text] of [
  [{ rule: "arrival", answer: "new", queue_id: "q", by: "channel" }, "Came in (queue “Sales”)"],
  [{ rule: "arrival", answer: "queued", queue_id: null, by: "channel" }, "Came in on a channel without a queue"],
  [{ rule: "admission", answer: "overflowed", queue_id: "q", by: "queue" }, "Asked to enter but was turned away: the queue was full (queue “Sales”)"],
  [{ rule: "distribution", answer: "least_busy", queue_id: "q", operator_id: "ana", by: "queue" }, "Given out to Ana (ready, and with the fewest conversations)"],
  [{ rule: "distribution", answer: "something_new", queue_id: "q", operator_id: "ana", by: "queue" }, "Given out to Ana (something new)"],
  [{ rule: "transfer", answer: "queued", queue_id: "q", by: "operator:ana" }, "Transferred to the queue “Sales” by Ana"],
  [{ rule: "close", answer: "queue_full", by: "queue" }, "Closed (the queue was full)"],
]) {
  test(`explained: ${text}`, () => assert.equal(explained(note, state), text));
}

for (const [seconds, text] of [[null, "can’t be estimated"], [0, "none"], [24, "about 1 min"], [60, "about 1 min"], [95, "about 2 min"], [3590, "about 1 h"]]) {
  test(`an expected wait of ${seconds} s: ${text}`, () => assert.equal(waitText(seconds), text));
}

test("why it was closed", () => {
  assert.equal(closeReason("inactivity"), "after a silence");
  assert.equal(closeReason("something_new"), "something new");
});

for (const [seconds, text] of [[-5, "now"], [0.5, "in 0:01"], [249, "in 4:09"], [3600, "in 1 h"]]) {
  test(`countdown: ${text}`, () => assert.equal(countdown(new Date(seconds * 1000).toISOString(), 0), text));
}
