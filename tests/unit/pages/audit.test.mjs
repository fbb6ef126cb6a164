// What is asked of the audit log.

import assert from "node:assert/strict";
import test from "node:test";

import { asked, NOTHING } from "../../../gateway/workplace/src/settings/audit_asked.ts";

test("nothing chosen asks for all; what is chosen is asked of the server, whole days of this place", () => {
  assert.deepEqual(asked(NOTHING), {});
  const { since, until, ...rest } = asked({ person: "o1", subject: "campaign", object: " c1 ", from: "2026-03-01", to: "2026-03-01" });
  assert.deepEqual(rest, { by: "operator:o1", action: "campaign", object_id: "c1" });
  assert.deepEqual([new Date(since), new Date(until)], [new Date(2026, 2, 1), new Date(2026, 2, 2)]);
});
