// Queues, statuses and places in the page's state; what a form of settings sends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { applyEvent } from "../../../gateway/workplace/src/core/events.js";
import { closingFaults, closingLine, closingPatch } from "../../../gateway/workplace/src/queues/closing_patch.js";
import { atField, inWords } from "../../../gateway/workplace/src/frame/form_fields.js";
import { hoursBody, hoursFaults, hoursLine, spansOf } from "../../../gateway/workplace/src/queues/hours_patch.js";
import { numberOf, queueFaults, queuePatch } from "../../../gateway/workplace/src/queues/queue_patch.js";
import { initialState, putConversation } from "../../../gateway/workplace/src/core/store.js";
import { closeReason, explained, mayChangeQueues, placeOf, queueLine, statusChoices, statusName, waitOf, withQueues } from "../../../gateway/workplace/src/inbox/team.js";
import { countdown, waitText } from "../../../gateway/workplace/src/core/time.js";
import { conversation, ME, OWNER } from "./samples.mjs";

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

test("who may change queues", () => {
  assert.deepEqual([ME, { role: "manager" }, { role: "administrator" }, OWNER].map(mayChangeQueues), [false, false, true, true]);
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

test("a form sends only what changed; an emptied text is taken away", () => {
  const given = { "/limit": "5", "/max_wait_seconds": "600", "/texts/greeting/en": "  ", "/texts/closed/ru": "Пока", "/texts/waiting/en": "" };
  assert.deepEqual(queuePatch(SALES, given), { max_wait_seconds: 600, texts: { greeting: { en: null }, closed: { ru: "Пока" } } });
  assert.deepEqual(queuePatch(SALES, { "/limit": "" }), { limit: null });
});

test("choices, switches and lists of a form", () => {
  const queue = { ...SALES, strategy: "longest_idle", sticky: false, skills: ["english"], next_queue_id: null, business_hours_id: "h", repeat_wait_text_seconds: 60 };
  const same = { "/strategy": "longest_idle", "/sticky": false, "/skills": "english", "/next_queue_id": "", "/business_hours_id": "h", "/repeat_wait_text_seconds": "60" };
  assert.deepEqual(queuePatch(queue, same), {});
  const given = { "/strategy": "least_busy", "/sticky": true, "/skills": "english, , sales", "/next_queue_id": "r", "/business_hours_id": "", "/repeat_wait_text_seconds": "" };
  assert.deepEqual(queuePatch(queue, given), {
    strategy: "least_busy", sticky: true, skills: ["english", "sales"], next_queue_id: "r", business_hours_id: null, repeat_wait_text_seconds: null,
  });
});

test("members of a form: who has no box stays", () => {
  const boxes = { "/operator_ids/ana": true, "/operator_ids/ben": false, "/group_ids/night": false };
  assert.deepEqual(queuePatch(SALES, boxes), {});
  const changed = { "/operator_ids/ana": false, "/operator_ids/ben": true, "/group_ids/night": true };
  assert.deepEqual(queuePatch(SALES, changed), { operator_ids: ["gone", "ben"], group_ids: ["night"] });
});

test("what is wrong is seen before the server is asked", () => {
  const pointers = (given) => queueFaults(given).map((one) => one.pointer);
  assert.deepEqual(pointers({ "/limit": "-1", "/capacity": "3" }), ["/limit"]);
  assert.deepEqual(pointers({ "/on_overflow": "close", "/on_max_wait": "transfer", "/next_queue_id": "" }), ["/next_queue_id"]);
  assert.deepEqual(pointers({ "/on_overflow": "transfer", "/on_max_wait": "close", "/next_queue_id": "r" }), []);
});

const CLOSING = { assigned_seconds: 1800, unassigned_seconds: 3600, warn_before_seconds: 300, only_while_customer_owes: false };
const closing = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [`/auto_close/${name}`, typeof value === "boolean" ? value : String(value ?? "")]));

test("closing by itself: only what changed is sent, and what can't be is seen at once", () => {
  assert.equal(closingPatch({ auto_close: CLOSING }, closing(CLOSING)), null);
  const changed = closing({ ...CLOSING, assigned_seconds: 60, unassigned_seconds: null, only_while_customer_owes: true });
  assert.deepEqual(closingPatch({ auto_close: CLOSING }, changed), { auto_close: { assigned_seconds: 60, unassigned_seconds: null, only_while_customer_owes: true } });
  assert.deepEqual(closingFaults(changed).map((one) => one.pointer), ["/auto_close/warn_before_seconds"]);
  assert.deepEqual(closingFaults(closing({ ...CLOSING, assigned_seconds: "soon" })).map((one) => one.pointer), ["/auto_close/assigned_seconds"]);
  assert.deepEqual(closingFaults(closing({ warn_before_seconds: 30, assigned_seconds: null, unassigned_seconds: null })), []);
});

for (const [auto_close, text] of [
  [CLOSING, "Closes after a silence of 30 min with an operator, or 1 h with nobody; warning 5 min before."],
  [{ ...CLOSING, assigned_seconds: 90, unassigned_seconds: null, warn_before_seconds: null }, "Closes after a silence of 90 s with an operator."],
  [{ ...CLOSING, assigned_seconds: null, unassigned_seconds: null }, "Does not close by itself."],
]) {
  test(`closing in words: ${text}`, () => assert.equal(closingLine(auto_close), text));
}

const WEEK = { monday: [{ from: "09:00", to: "12:00" }, { from: "13:00", to: "18:00" }], tuesday: [{ from: "09:00", to: "12:00" }, { from: "13:00", to: "18:00" }], sunday: [{ from: "10:00", to: "12:00" }] };
const HOURS = { name: "Office", time_zone: "Europe/Lisbon", week: WEEK, holidays: ["2026-12-24"], holiday_country: "PT" };

test("business hours in words", () => {
  assert.equal(hoursLine(HOURS), "Mon–Tue 09:00-12:00, 13:00-18:00, Sun 10:00-12:00 · Europe/Lisbon · closed on holidays of PT · 1 more closed day");
  assert.equal(hoursLine({ ...HOURS, week: {}, holidays: [], holiday_country: null }), "never open · Europe/Lisbon");
});

test("business hours as they are written", () => {
  assert.deepEqual(spansOf("9:00-12:00, 13:00 – 18:00"), WEEK.monday);
  assert.deepEqual(spansOf(" "), []);
  assert.ok(["9-12", "soon", "09:00-12:00 13:00-18:00"].every((text) => spansOf(text) === null));
  const days = Object.fromEntries(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].map((day) => [`/week/${day}`, ""]));
  const given = { "/name": " Office ", "/time_zone": "Europe/Lisbon", "/holiday_country": "pt", "/holidays": "2026-12-24, ", ...days, "/week/sunday": "10:00-12:00" };
  assert.deepEqual(hoursFaults({ ...given, "/week/friday": "always" }).map((one) => one.pointer), ["/week/friday"]);
  const closed = { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [] };
  assert.deepEqual(hoursBody(given), { ...HOURS, week: { ...closed, sunday: WEEK.sunday } });
});

for (const [said, shown] of [
  ["expected `int` >= 1", "Write a number of 1 or more."],
  ["expected `str` of length >= 1", "Write something here."],
  ["invalid RFC3339 encoded date", "Write it as in the example."],
  ["line 1: unexpected '}'", "Line 1: unexpected '}'."],
]) {
  test(`what the server says of a value: ${shown}`, () => assert.equal(inWords(said), shown));
}

test("a rule over several values is shown at the one that it names first", () => {
  assert.deepEqual(atField({ pointer: "", message: "`week.friday` must be in order" }), { pointer: "/week/friday", message: "must be in order" });
  assert.deepEqual(atField({ pointer: "/limit", message: "`limit` is odd" }), { pointer: "/limit", message: "`limit` is odd" });
  assert.deepEqual(atField({ pointer: "", message: "no" }), { pointer: "", message: "no" });
});

for (const [seconds, text] of [[null, "can’t be estimated"], [0, "none"], [24, "about 1 min"], [60, "about 1 min"], [95, "about 2 min"], [3590, "about 1 h"]]) {
  test(`an expected wait of ${seconds} s: ${text}`, () => assert.equal(waitText(seconds), text));
}

test("why it was closed", () => {
  assert.equal(closeReason("inactivity"), "after a silence");
  assert.equal(closeReason("something_new"), "something new");
});

test("numbers of a form", () => {
  assert.deepEqual(["", " 7 ", "0"].map(numberOf), [null, 7, 0]);
  assert.ok(["x", "1.5", "-1"].every((text) => Number.isNaN(numberOf(text))));
});

for (const [seconds, text] of [[-5, "now"], [0.5, "in 0:01"], [249, "in 4:09"], [3600, "in 1 h"]]) {
  test(`countdown: ${text}`, () => assert.equal(countdown(new Date(seconds * 1000).toISOString(), 0), text));
}
