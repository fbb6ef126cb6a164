// What forms of settings send, and durations in units.

import assert from "node:assert/strict";
import { test } from "node:test";
import { at, draftOf, patchOf, pointerOf, withValue } from "../../../gateway/workplace/src/settings/draft.ts";
import { inSeconds, inUnits } from "../../../gateway/workplace/src/settings/durations.ts";

const BEFORE = { name: "Sales", limit: 5, skills: { tax: 3, law: 1 }, groups: ["a"], auto_close: { after: null, only: false } };

for (const [why, after, patch] of [
  ["nothing", BEFORE, null],
  ["a value", { ...BEFORE, limit: null }, { limit: null }],
  ["a list, which is replaced as a whole", { ...BEFORE, groups: [] }, { groups: [] }],
  ["a value within", withValue(BEFORE, "auto_close.after", 60), { auto_close: { after: 60 } }],
  ["an entry that is gone, which is null", { ...BEFORE, skills: { tax: 3 } }, { skills: { law: null } }],
  ["an entry that is new", { ...BEFORE, skills: { tax: 3, law: 1, art: 2 } }, { skills: { art: 2 } }],
]) {
  test(`a patch has what has changed: ${why}`, () => assert.deepEqual(patchOf(BEFORE, after), patch));
}

test("values within are read and put by names with dots", () => {
  assert.equal(at(BEFORE, "auto_close.only"), false);
  assert.equal(at({}, "auto_close.only"), undefined);
  assert.deepEqual(withValue({}, "credentials.token", "x"), { credentials: { token: "x" } });
  assert.equal(pointerOf("auto_close.only"), "/auto_close/only");
});

test("a draft has what a blank one has, and nothing else of the record", () => {
  assert.deepEqual(draftOf({ id: "q", name: "Sales", limit: null }, { name: "", limit: 3, sticky: false }), { name: "Sales", limit: 3, sticky: false });
});

for (const [seconds, count, unit] of [[1, 1, "seconds"], [90, 90, "seconds"], [5400, 90, "minutes"], [7200, 2, "hours"], [172_800, 2, "days"], [0, 0, "seconds"]]) {
  test(`${seconds} seconds are ${count} ${unit}`, () => {
    assert.deepEqual(inUnits(seconds), { count, unit });
    assert.equal(inSeconds(count, unit), seconds);
  });
}
