// What is asked of the audit log.

import assert from "node:assert/strict";
import test from "node:test";

import { asked, NOTHING } from "../../../gateway/workplace/src/settings/audit_asked.ts";
import { namesFrom, pageOf } from "../../../gateway/workplace/src/settings/audit_places.ts";

test("nothing chosen asks for all; what is chosen is asked of the server, whole days of this place", () => {
  assert.deepEqual(asked(NOTHING), {});
  const { since, until, ...rest } = asked({ person: "o1", subject: "campaign", object: " c1 ", from: "2026-03-01", to: "2026-03-01" });
  assert.deepEqual(rest, { by: "operator:o1", action: "campaign", object_id: "c1" });
  assert.deepEqual([new Date(since), new Date(until)], [new Date(2026, 2, 1), new Date(2026, 2, 2)]);
});

test("what was done something to has a name and a page, unless it is gone or has none", () => {
  const names = namesFrom([[{ id: "q1", name: "Sales" }], [{ id: "t1", name: "vip" }]]);
  assert.equal(pageOf("queue.changed", "q1", names), "/settings/queues/q1");
  assert.equal(pageOf("queue.changed", "q2", names), null);
  assert.equal(pageOf("tag.made", "t1", names), null);
  assert.equal(pageOf("constructor.made", "t1", names), null);
  assert.equal(names.get("t1"), "vip");
});
