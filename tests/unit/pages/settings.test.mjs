// What forms of settings send, and durations in units.

import assert from "node:assert/strict";
import { test } from "node:test";
import { at, draftOf, patchOf, pointerOf, withValue } from "../../../gateway/workplace/src/settings/draft.ts";
import { inSeconds, inUnits } from "../../../gateway/workplace/src/settings/durations.ts";
import { inParts, numberAt, numbersOf } from "../../../gateway/workplace/src/settings/opt_out_numbers.ts";
import { previewOf } from "../../../gateway/workplace/src/settings/text_preview.ts";
import { inTree, isWithin, pathOf } from "../../../gateway/workplace/src/settings/topic_tree.ts";
import { weekLine } from "../../../gateway/workplace/src/settings/week.ts";
import { atField, saidOf } from "../../../gateway/workplace/src/ui/faults.ts";
import { qrCode } from "../../../gateway/workplace/src/ui/qr_code.ts";

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

test("a week in words: days that are alike stand together, closed ones are left out", () => {
  const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const long = [{ from: "09:00", to: "12:00" }, { from: "13:00", to: "18:00" }];
  assert.equal(weekLine({ monday: long, tuesday: long, sunday: [{ from: "10:00", to: "12:00" }] }, days), "Mon–Tue 09:00–12:00, 13:00–18:00, Sun 10:00–12:00");
  assert.equal(weekLine({}, days), "");
});

test("a text reads with values in the place of what is known", () => {
  const text = "Hello{% if contact.name %} {{ contact.name }}{% endif %}, {{ operator.name | default('one of us') }} and {{ contact.nam }}";
  assert.equal(previewOf(text, { "contact.name": "Maria", "operator.name": "Ana" }), "Hello Maria, Ana and {{ contact.nam }}");
});

test("topics stand below one another, by their order", () => {
  const topic = (id, parent_id, order = 0) => ({ id, name: id, parent_id, order, active: true });
  const all = [topic("late", "delivery"), topic("sales", null, 1), topic("delivery", null), topic("lost", "gone", 2)];
  assert.deepEqual(inTree(all).map((one) => one.id), ["delivery", "late", "sales", "lost"]);
  assert.equal(pathOf(all[0], all), "delivery › late");
  assert.deepEqual(all.map((one) => isWithin(one, "delivery", all)), [true, false, true, false]);
});

test("a QR code is as large as its text needs, has its corners, and there is none of a text that is too long", () => {
  const corner = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"];
  const lines = (grid) => grid.slice(0, 7).map((row) => row.slice(0, 7).map(Number).join(""));
  for (const [length, size] of [[5, 21], [60, 33], [120, 45], [213, 57]]) {
    const grid = qrCode("x".repeat(length));
    assert.equal(grid.length, size);
    assert.deepEqual(lines(grid), corner);
  }
  assert.equal(qrCode("x".repeat(214)), null);
});

for (const [said, shown] of [
  ["expected `int` >= 1", { word: "at_least", n: 1 }],
  ["expected `str` of length >= 1", { word: "something", n: 1 }],
  ["expected `str` of length <= 50", { word: "shorter", n: 50 }],
  ["invalid RFC3339 encoded date", { word: "form", n: 0 }],
  ["line 1: unexpected '}'", { text: "Line 1: unexpected '}'" }],
]) {
  test(`what the server says of a value: ${said}`, () => assert.deepEqual(saidOf(said), shown));
}

test("a rule over several values is shown at the one that it names first", () => {
  assert.deepEqual(atField({ pointer: "", message: "`week.friday` must be in order" }), { pointer: "/week/friday", message: "must be in order" });
  assert.deepEqual(atField({ pointer: "/limit", message: "`limit` is odd" }), { pointer: "/limit", message: "`limit` is odd" });
  assert.deepEqual(atField({ pointer: "", message: "no" }), { pointer: "", message: "no" });
});

// Opt-outs

test("numbers are taken as they were pasted, each once, some at a time", () => {
  const numbers = numbersOf("+1 650 555 1234\r\n+49 1512 3456789, +7 912 345-67-89;\n\n+1 650 555 1234\n");
  assert.deepEqual(numbers, ["+1 650 555 1234", "+49 1512 3456789", "+7 912 345-67-89"]);
  assert.deepEqual(numbersOf(" \n,"), []);
  assert.deepEqual(inParts(numbers, 2), [numbers.slice(0, 2), numbers.slice(2)]);
  assert.deepEqual(inParts([]), []);
  assert.equal(numberAt("/phones/1", numbers), numbers[1]);
});
