// Campaigns in words, what is read of a list, and progress as it comes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { actionsOf, bodyOf, columnsOf, figures, isAboutLines, outlookOf, reasonOf, settled, textOf } from "../../../gateway/workplace/src/campaigns/campaign_words.js";
import { applyEvent } from "../../../gateway/workplace/src/core/events.js";
import { initialState } from "../../../gateway/workplace/src/core/store.js";

const counts = { total: 10, waiting: 1, sent: 5, delivered: 4, read: 2, failed: 1, unknown: 1, skipped: 2 };

test("the columns of a list are named as the server names them", () => {
  assert.deepEqual(columnsOf("phone,First name,Order-No\n+49…"), ["first_name", "order_no"]);
  assert.deepEqual(columnsOf("\ufeff\"Имя\";Телефон\r\n"), ["имя"]);
  assert.deepEqual(columnsOf("a\tb"), ["b"], "the first is the phone where none is called so");
  assert.deepEqual(columnsOf(""), []);
  assert.deepEqual(columnsOf("sep=;\r\nphone;a, b, c;d"), ["a_b_c", "d"], "Excel's first line names the delimiter");
  assert.deepEqual(columnsOf('"a, b, c";phone;d'), ["a_b_c", "d"], "delimiters within quotation marks are none");
});

test("a list may be UTF-16, as spreadsheets save it", () => {
  assert.equal(textOf(new Uint8Array([0xff, 0xfe, 0x61, 0x00, 0xe9, 0x00])), "a\u00e9");
  assert.equal(textOf(new TextEncoder().encode("\u00e9")), "\u00e9");
  assert.equal(textOf(new Uint8Array()), "");
});

test("who would get nothing is told before the start", () => {
  const left_out = [{ reason: "no_consent", count: 3, explanation: "No consent." }];
  assert.deepEqual(outlookOf({ checked: 5, recipients: 5, later: 0, left_out }), ["3 would get nothing: No consent."]);
  assert.match(outlookOf({ checked: 5, recipients: 9, later: 2, left_out: [] })[0], /2 of the first 5 .* quiet hours/);
  assert.deepEqual(outlookOf({ checked: 5, recipients: 5, later: 0, left_out: [] }), []);
  assert.ok(isAboutLines({ errors: [{ pointer: "/lines/2", message: "x" }] }));
  assert.ok(!isAboutLines({ errors: [{ pointer: "/name", message: "x" }] }));
});

test("variables go by place or by name", () => {
  assert.deepEqual(bodyOf([["1", "{{ a }}"], ["2", "x"]]), { body: ["{{ a }}", "x"] });
  assert.deepEqual(bodyOf([["name", "{{ a }}"]]), { body: { name: "{{ a }}" } });
  assert.deepEqual(bodyOf([]), {});
});

test("what is settled, what is shown, what can be done", () => {
  assert.equal(settled(counts), 9);
  assert.deepEqual(figures(counts).map(([term]) => term), ["Waiting", "Sent", "Delivered", "Read", "Failed", "Unknown", "Skipped"]);
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
  const gone = applyEvent(state, { type: "campaign.progress", data: { ...data, state: "deleted" } });
  assert.equal(gone.state.campaigns.size, 0);
});
