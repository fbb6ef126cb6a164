// How wide a pane may be, and which letter of a shortcut a key means.

import assert from "node:assert/strict";
import test from "node:test";

import { EDGES, fitted, keyed } from "../../../gateway/workplace/src/frame/edges.ts";
import { letter } from "../../../gateway/workplace/src/frame/letters.ts";

test("a width stays between what can be used, and leaves room for the thread", () => {
  const { list } = EDGES;
  assert.deepEqual([100, 300.4, 9999].map((width) => fitted(list, width, Infinity)), [list.least, 300, list.most]);
  assert.equal(fitted(list, 500, 400), 400);
  assert.equal(fitted(list, 500, 10), list.least, "the least width is kept even where there is no room");
});

test("arrow keys move the edge, so that the pane at its other side shrinks", () => {
  assert.ok(keyed(EDGES.list, 300, "ArrowRight") > 300);
  assert.ok(keyed(EDGES.side, 300, "ArrowRight") < 300);
  assert.deepEqual(["Home", "End", "Enter", "a"].map((key) => keyed(EDGES.list, 300, key)), [EDGES.list.least, EDGES.list.most, EDGES.list.usual, null]);
});

test("a shortcut's letter is found where the keyboard writes another script", () => {
  const pressed = [["g", "KeyG"], ["G", "KeyG"], ["п", "KeyG"], ["j", "KeyC"], ["?", "KeyG"], ["ArrowLeft", "ArrowLeft"], ["1", "Digit1"], ["э", "Quote"]];
  assert.deepEqual(pressed.map(([key, code]) => letter({ key, code })), ["g", "g", "g", "j", "", "", "", ""]);
});
