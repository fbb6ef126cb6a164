// What was found in a text is cut out where the server says, and in a name where a word begins so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { marksOf, pieces } from "../../../gateway/workplace/src/inbox/list/highlight.ts";

const shown = (text, marks) => pieces(text, marks).map((one) => (one.found ? `[${one.text}]` : one.text)).join("");

test("a text is whole again, with marks in characters", () => {
  assert.equal(shown("Are there discounts?", [[10, 19]]), "Are there [discounts]?");
  assert.equal(shown("😀👍 order, orders", [[3, 8], [10, 16]]), "😀👍 [order], [orders]");
  assert.equal(shown("none", []), "none");
  assert.equal(shown("", []), "");
});

test("words of a name that begin with what is looked for", () => {
  const found = (name, wanted) => shown(name, marksOf(name, wanted));
  assert.equal(found("Maria Santos", "san mar"), "[Mar]ia [San]tos");
  assert.equal(found("Ольга Иванова", "ива"), "Ольга [Ива]нова");
  assert.equal(found("😀 Maria", "maria"), "😀 [Maria]");
  assert.equal(found("Maria", "x"), "Maria");
});
