// Campaigns in words, what is read of a list, and progress as it comes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { actionsOf, bodyOf, columnsOf, figures, reasonOf, settled } from "../../../gateway/static/inbox/campaign_words.js";
import { applyEvent } from "../../../gateway/static/inbox/events.js";
import { initialState } from "../../../gateway/static/inbox/store.js";

const counts = { total: 10, waiting: 1, sent: 5, delivered: 4, read: 2, failed: 1, unknown: 1, skipped: 2 };

test("the columns of a list are named as the server names them", () => {
  assert.deepEqual(columnsOf("phone,First name,Order-No\n+49…"), ["first_name", "order_no"]);
  assert.deepEqual(columnsOf("\ufeff\"Имя\";Телефон\r\n"), ["имя"]);
  assert.deepEqual(columnsOf("a\tb"), ["b"], "the first is the phone where none is called so");
  assert.deepEqual(columnsOf(""), []);
});

test("variables go by place or by name", () => {
  assert.deepEqual(bodyOf([["1", "{{ a }}"], ["2", "x"]]), { body: ["{{ a }}", "x"] });
  assert.deepEqual(bodyOf([["name", "{{ a }}"]]), { body: { name: "{{ a }}" } });
  assert.deepEqual(bodyOf([]), {});
});

test("what is settled, what is shown, what can be done", () => {
  assert.equal(settled(counts), 9);
  assert.deepEqual(figures(counts).map(([term]) => term), ["Sent", "Delivered", "Read", "Failed", "Unknown", "Skipped"]);
  const names = (state) => actionsOf({ state, counts }).map(([action]) => action);
  assert.deepEqual(names("running"), ["pause", "cancel"]);
  assert.deepEqual(names("completed"), ["retry"]);
  assert.deepEqual(names("cancelled"), []);
});

test("an unknown reason is shown as it is", () => {
  assert.match(reasonOf({ reason: "template_paused" }), /paused/);
  assert.match(reasonOf({ reason: "something_new" }), /something_new/);
  assert.equal(reasonOf({ reason: null }), null);
});

test("progress takes the place of what was known", () => {
  const state = initialState({ id: "me", role: "owner" });
  const data = { id: "c1", state: "running", counts };
  const result = applyEvent(state, { type: "campaign.progress", data });
  assert.deepEqual([...result.state.campaigns.values()], [data]);
  assert.deepEqual(applyEvent(result.state, { type: "campaign.progress", data }).effects, []);
});
