// What a message shows of people: nothing else of them is a reason to draw it anew.

import assert from "node:assert/strict";
import { test } from "node:test";
import { namesIn } from "../../../gateway/workplace/src/inbox/message.js";
import { ME, message } from "./samples.mjs";

const ben = { id: "ben", name: "Ben", status: "ready" };
const context = (operator, more = {}) => ({ me: ME, operators: new Map([["ben", operator]]), customer: "Maria", ...more });
const byBen = message({ direction: "out", author: { kind: "operator", id: "ben" } });

test("a status of its author changes nothing, a name does", () => {
  assert.equal(namesIn(byBen, context(ben)), namesIn(byBen, context({ ...ben, status: "offline" })));
  assert.notEqual(namesIn(byBen, context(ben)), namesIn(byBen, context({ ...ben, name: "Benjamin" })));
});

test("names of who is quoted and of who reacted count too", () => {
  const quoting = message();
  const reacted = message({ reactions: [{ author: { kind: "operator", id: "ben" }, emoji: "x" }] });
  const renamed = { ...ben, name: "Benjamin" };
  assert.notEqual(namesIn(quoting, context(ben, { quoted: byBen })), namesIn(quoting, context(renamed, { quoted: byBen })));
  assert.notEqual(namesIn(reacted, context(ben)), namesIn(reacted, context(renamed)));
});
