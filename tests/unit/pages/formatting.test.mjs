// Formatting: signs that operators type become marks, and marks become signs again.

import assert from "node:assert/strict";
import { test } from "node:test";

const { signed, withoutSigns, withSigns } = await import("../../../gateway/workplace/src/inbox/signs.ts");

const SIGNED = [
  ["a *bold* b", "a bold b", [["bold", "bold"]]],
  ["👍 *yes*", "👍 yes", [["bold", "yes"]]],
  ["*bold _both_* x", "bold both x", [["bold", "bold both"], ["italic", "both"]]],
  ["_*both*_", "both", [["italic", "both"], ["bold", "both"]]],
  ["~old~ `x_y_z` (*in*), *end*.", "old x_y_z (in), end.", [["strikethrough", "old"], ["code", "x_y_z"], ["bold", "in"], ["bold", "end"]]],
];

const PLAIN = [
  "2 * 3 * 4", "5*3*2", "snake_case_name", "__init__", "**b**", "*_*", "¯\\_(ツ)_/¯", "* one\n* two", "*a\nb*", "",
  "https://shop.example/_x_/y z", "see *https://shop.example/c* now", "* a*", Array(101).fill("*a*").join(" "),
];

test("signs at the edges of words become marks", () => {
  for (const [typed, text, marks] of SIGNED) {
    const read = withoutSigns(typed);
    assert.equal(read.text, text);
    assert.deepEqual(read.marks.map((one) => [one.type, text.slice(one.offset, one.offset + one.length)]), marks);
    assert.equal(withSigns(read.text, read.marks), typed);
  }
});

test("what only looks like signs stays as it was typed", () => {
  for (const text of PLAIN) assert.deepEqual(withoutSigns(text), { text });
});

test("what is selected is formatted, and plain again", () => {
  assert.deepEqual(signed("a b c", 2, 3, "*"), ["a *b* c", 3, 4]);
  assert.deepEqual(signed("a *b* c", 3, 4, "*"), ["a b c", 2, 3]);
});
