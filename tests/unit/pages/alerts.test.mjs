// What somebody is told of while they look elsewhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { alertOf } from "../../../gateway/workplace/src/frame/alert_rules.ts";

const mine = { id: "c", operator_id: "ana" };
const written = { conversation_id: "c", direction: "in" };

test("a customer of one's own has written", () => {
  assert.deepEqual(alertOf("message.created", written, "ana", mine, null), { kind: "message", conversationId: "c" });
});

test("nobody is told of colleagues' customers, of answers, of what nobody has", () => {
  assert.equal(alertOf("message.created", written, "ben", mine, null), null);
  assert.equal(alertOf("message.created", { ...written, direction: "out" }, "ana", mine, null), null);
  assert.equal(alertOf("message.created", written, "ana", { id: "c", operator_id: null }, null), null);
  assert.equal(alertOf("message.created", written, "ana", undefined, null), null);
});

test("a conversation is given: told once, and not to who took it themselves", () => {
  const given = { id: "c", operator_id: "ana" };
  assert.equal(alertOf("conversation.assigned", given, "ana", { id: "c", operator_id: null }, null)?.kind, "given");
  assert.equal(alertOf("conversation.assigned", given, "ana", undefined, "other")?.kind, "given");
  assert.equal(alertOf("conversation.assigned", given, "ana", mine, null), null);
  assert.equal(alertOf("conversation.assigned", given, "ana", { id: "c", operator_id: null }, "c"), null);
  assert.equal(alertOf("conversation.assigned", given, "ben", undefined, null), null);
});

test("an answer of one's own is due, then overdue", () => {
  const target = { conversation_id: "c", operator_id: "ana" };
  assert.equal(alertOf("sla.due", target, "ana", mine, "c")?.kind, "due");
  assert.equal(alertOf("sla.breached", target, "ana", mine, null)?.kind, "overdue");
  assert.equal(alertOf("sla.breached", { ...target, operator_id: null }, "ana", mine, null), null);
});
