// Which rows of a long list are in the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { partOf, scrollFor } from "../../../gateway/workplace/src/inbox/list/window_of.ts";

const ROW = 88;
const HEIGHT = 700;

test("a short list is there as a whole, as is the beginning of one whose rows were not measured", () => {
  assert.deepEqual(partOf(120, { top: 0, height: HEIGHT, row: ROW }), { from: 0, to: 120 });
  assert.deepEqual(partOf(2000, { top: 0, height: 0, row: 0 }), { from: 0, to: 120 });
  assert.deepEqual(partOf(0, { top: 0, height: HEIGHT, row: ROW }), { from: 0, to: 0 });
});

test("whatever is scrolled to can be seen, with rows around it, and few of all are there", () => {
  for (const count of [121, 500, 2000]) {
    for (let top = 0; top <= count * ROW - HEIGHT; top += 37) {
      const { from, to } = partOf(count, { top, height: HEIGHT, row: ROW });
      assert.ok(from >= 0 && to <= count && from < to);
      assert.ok(from * ROW <= Math.max(0, top - ROW) && (to === count || to * ROW >= top + HEIGHT + ROW), `${count} ${top}`);
      assert.ok(to - from <= 80);
    }
  }
});

test("a list that became shorter than where one was shows its end", () => {
  const { from, to } = partOf(130, { top: 150_000, height: HEIGHT, row: ROW });
  assert.ok(from < to && to === 130);
});

test("a row that is chosen by a key is scrolled into view", () => {
  assert.equal(scrollFor(3, { top: 0, height: HEIGHT, row: ROW }), null);
  assert.equal(scrollFor(0, { top: 500, height: HEIGHT, row: ROW }), 0);
  assert.equal(scrollFor(100, { top: 0, height: HEIGHT, row: ROW }), 101 * ROW - HEIGHT);
});
