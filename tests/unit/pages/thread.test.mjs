// A thread as rows in parts: what is the same stays the same object, and nothing is lost or doubled at the seams.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { actsOfKind, actsOn, mayReact } from "../../../gateway/workplace/src/inbox/thread/acts.ts";
import { firstSince, jumpedTo, nothingEarlier, withPageAbove, withPageBelow } from "../../../gateway/workplace/src/inbox/thread/earlier.ts";
import { answersOf } from "../../../gateway/workplace/src/inbox/thread/answers.ts";
import { besides } from "../../../gateway/workplace/src/inbox/thread/besides.ts";
import { authorName, namesOf, sameNames } from "../../../gateway/workplace/src/inbox/thread/names.ts";
import { partsOf, rowsOf } from "../../../gateway/workplace/src/inbox/thread/rows.ts";
import { conversation, ME, message } from "./samples.mjs";

const NONE = new Map();
const WHOLE = { current: "c1", gapAbove: null };
const messages = (from, to, more = {}) => Array.from({ length: to - from }, (_, n) => message({ seq: from + n, ...more }));
const parts = (all, before = [], whole = WHOLE, waiting = []) => partsOf(rowsOf(all, NONE), waiting, before, whole);
const keys = (all) => all.flatMap((part) => part.rows.map((row) => row.key));

test("a new message leaves all parts but the last as they are", () => {
  const all = messages(1, 181);
  const before = parts(all);
  const after = parts([...all, message({ seq: 500 })], before);
  assert.ok(before.length > 2);
  assert.deepEqual(before.slice(0, -1).map((one, n) => one === after[n]), before.slice(0, -1).map(() => true));
  assert.deepEqual(keys(after), [...keys(before), "m500"]);
});

test("a page above leaves all parts as they are", () => {
  const all = messages(100, 160);
  const before = parts(all);
  const after = parts([...messages(1, 100), ...all], before);
  const [first, ...rest] = before;
  assert.deepEqual(rest.map((one) => after.includes(one)), rest.map(() => true));
  assert.ok(after.some((one) => one.key === first.key && one.rows.every((row, n) => row === first.rows[n])), "it lost its day's line, nothing else");
  assert.equal(keys(after).length, 159);
});

test("only the row of a changed message is another one", () => {
  const all = messages(1, 11);
  const changed = all.map((one) => (one.seq === 5 ? { ...one, status: "read" } : one));
  const [before, after] = [rowsOf(all, NONE), rowsOf(changed, NONE)];
  assert.deepEqual(after.map((row, n) => row === before[n]), all.map((one) => one.seq !== 5));
});

test("who is quoted, sent again or translated is drawn anew", () => {
  const [asked, answer] = [message({ seq: 1 }), message({ seq: 2, reply_to: "m1" })];
  const [, quoting] = rowsOf([asked, answer], NONE);
  assert.equal(quoting.quoted, asked);
  const [, again] = rowsOf([{ ...asked, deleted_at: "2026-01-05T12:01:00Z" }, answer], NONE);
  assert.notEqual(again, quoting);
  const [failed] = rowsOf([asked, message({ seq: 3, retry_of: "m1" })], NONE);
  assert.ok(failed.retried);
  const [translated] = rowsOf([asked], new Map([["m1", { kind: "translate", text: "x" }]]));
  assert.equal(translated.helped.text, "x");
});

test("an album is one row, under a name that another picture does not change", () => {
  const [one, two, three] = messages(1, 4, { group_id: "g" });
  const rows = rowsOf([one, two], NONE);
  assert.deepEqual(rows.map((row) => [row.kind, row.key, row.parts.length]), [["album", "album g", 2]]);
  assert.equal(rowsOf([one, two, three], NONE)[0].key, "album g");
  assert.equal(rowsOf([one, message({ seq: 2, group_id: "other" })], NONE).length, 2);
});

test("a day, another conversation and a gap begin parts, and what waits stands at the end", () => {
  const past = message({ seq: 1, conversation_id: "old", created_at: "2026-01-01T10:00:00Z" });
  const [own, next] = [message({ seq: 5 }), message({ seq: 6, created_at: "2026-01-07T10:00:00Z" })];
  const made = parts([past, own, next], [], { current: "c1", gapAbove: "m5" }, [{ kind: "pending", key: "p", item: {} }]);
  assert.deepEqual(made.map((one) => [one.episode, one.newDay, one.gap]), [["begins", true, false], ["begins", true, true], [null, true, false]]);
  assert.deepEqual(keys(made), ["m1", "m5", "m6", "p"]);
  assert.equal(parts([own])[0].episode, null, "one conversation alone says nothing of itself");
  const mixed = parts([past, own, message({ seq: 7, conversation_id: "old" })]);
  assert.deepEqual(mixed.map((one) => one.episode), ["begins", "begins", "again"]);
});

const page = (from, to, before, more = {}) => ({ items: messages(from, to, { conversation_id: "old", ...more }), conversations: {}, before, after: `after ${to - 1}` });
const seqs = (earlier) => earlier.messages.map((one) => one.seq);

test("pages above come before what is there, none of it twice", () => {
  const first = withPageAbove(nothingEarlier("c1"), page(5, 8, "5"), 8);
  const second = withPageAbove(first, page(3, 6, null), 8);
  assert.deepEqual([seqs(second), second.before, second.joined, second.loading], [[3, 4, 5, 6, 7], null, true, false]);
});

test("after a jump pages below close the gap", () => {
  const jumped = jumpedTo("c1", page(1, 3, "1"), 10);
  assert.deepEqual([seqs(jumped), jumped.joined], [[1, 2], false]);
  const on = withPageBelow(jumped, page(2, 6, "x"), 10);
  assert.deepEqual([seqs(on), on.joined, on.after], [[1, 2, 3, 4, 5], false, "after 5"]);
  const met = withPageBelow(on, page(6, 12, "x"), 10);
  assert.deepEqual([seqs(met), met.joined], [[1, 2, 3, 4, 5, 6, 7, 8, 9], true]);
  assert.ok(withPageBelow(on, page(6, 6, null), 10).joined, "nothing more is there");
});

test("a time is looked for in what was read, where nothing before it can be missing", () => {
  const at = (seq, day) => message({ seq, created_at: `2026-01-${day}T12:00:00Z` });
  const own = [at(5, "10"), at(6, "12")];
  const time = (day) => new Date(`2026-01-${day}T00:00:00Z`).getTime();
  assert.equal(firstSince(null, own, false, time("11")).seq, 6);
  assert.equal(firstSince(null, own, true, time("09")), null, "what was before is not known");
  const earlier = { ...nothingEarlier("c1"), messages: [at(1, "02"), at(2, "04")], before: null, loading: false };
  assert.equal(firstSince(earlier, own, true, time("01")).seq, 1);
  assert.equal(firstSince(earlier, own, true, time("05")).seq, 5);
  assert.equal(firstSince({ ...earlier, joined: false }, own, true, time("05")), null, "between them is a gap");
  assert.equal(firstSince(earlier, own, true, time("20")), null);
});

test("a status of a person changes no names, another name does", () => {
  const ben = { name: "Ben", status: "ready" };
  const before = namesOf(new Map([["ben", ben]]));
  assert.equal(sameNames(before, namesOf(new Map([["ben", { ...ben, status: "offline" }]]))), before);
  const renamed = namesOf(new Map([["ben", { ...ben, name: "Benjamin" }]]));
  assert.equal(sameNames(before, renamed), renamed);
  const people = { me: ME, names: renamed, customer: "Maria" };
  const called = [["contact", "x"], ["operator", "ben"], ["operator", ME.id], ["operator", "gone"], ["bot", null]].map(([kind, id]) => authorName({ kind, id }, people));
  assert.deepEqual(called, ["Maria", "Benjamin", "You", "Operator", "Bot"]);
});

// What can be done to a message

test("the acts of a kind of channel are what its connector conveys", () => {
  const table = readFileSync(new URL("../../../docs/channels/features.md", import.meta.url), "utf8");
  const line = (start) => table.split("\n").find((one) => one.startsWith(start)).split("|").slice(2, -1).map((one) => one.trim());
  line("| | whatsapp").forEach((kind, n) => {
    const conveyed = ["delete", "edit", "reaction"].filter((act) => ["yes", "partly"].includes(line(`| ${act} |`)[n]));
    assert.deepEqual([...actsOfKind(kind)].sort(), conveyed, kind);
  });
  assert.deepEqual(actsOfKind("another"), []);
});

test("a reaction is offered where the chat takes one", () => {
  const chat = (kind, external_id, open = true) => mayReact({ identity: { kind, external_id }, window: { open } });
  assert.equal(chat("whatsapp", "491701234567"), true);
  assert.equal(chat("whatsapp", "491701234567", false), false);
  assert.equal(chat("whatsapp", "group:Y2FwaV9ncm91cDox"), false);
  assert.equal(chat("telegram", "700000001"), true);
  assert.equal(chat("telegram", "700000001:bCONNECTION"), false);
  assert.equal(chat("webchat", "v_1"), true);
});

test("only what both sides have is acted on, and only one's own words are changed", () => {
  const acts = (more, kind = "webchat", reacts = true) => actsOn(message({ deleted_at: null, ...more }), { me: ME, kind, reacts });
  const own = { direction: "out", author: { kind: "operator", id: ME.id }, status: "sent" };
  assert.deepEqual(acts({ direction: "in" }), ["reaction"]);
  assert.deepEqual(acts(own), ["reaction", "edit", "delete"]);
  assert.deepEqual(acts(own, "whatsapp"), ["reaction"]);
  assert.deepEqual(acts(own, "telegram", false), ["edit", "delete"]);
  assert.deepEqual(acts({ ...own, author: { kind: "operator", id: "another" } }), ["reaction", "delete"]);
  assert.deepEqual(acts({ ...own, content: { type: "image", caption: "Here" } }), ["reaction", "edit", "delete"]);
  assert.deepEqual(acts({ ...own, content: { type: "image" } }), ["reaction", "delete"]);
  assert.deepEqual(acts({ ...own, deleted_at: "2026-01-05T12:00:00Z" }), []);
  for (const status of ["queued", "scheduled", "held", "failed", "unknown"]) assert.deepEqual(acts({ ...own, status }), []);
});

test("a form that was filled in is shown as rows of its fields", () => {
  const json = JSON.stringify({ flow_token: "t", first_name: "Ana", address: "Rua A\nFloor: 2" });
  assert.deepEqual(answersOf("first_name: Ana\naddress: Rua A\nFloor: 2", json), [["first name", "Ana"], ["address", "Rua A\nFloor: 2"]]);
  assert.deepEqual(answersOf("first_name: Ana", "no JSON"), []);
  assert.deepEqual(answersOf("first_name: Ana", "null"), []);
});

test("the customer's open conversations on other channels stand beside", () => {
  const contact = { id: "maria" };
  const [shown, other, closed, stranger] = [{ id: "a", contact }, { id: "b", contact }, { id: "c", contact, state: "closed" }, { id: "d" }].map(conversation);
  assert.deepEqual(besides(shown, [shown, other, closed, stranger]), [other]);
});
