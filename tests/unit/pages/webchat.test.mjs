import assert from "node:assert/strict";
import { test } from "node:test";

import { fitsPath } from "../../../gateway/static/webchat/inviting.js";

test("a star of a greeting's page stands for any text, also none", () => {
  const table = [
    ["/", "/", true],
    ["/", "/a", false],
    ["*", "/anything", true],
    ["/shoes*", "/shoes", true],
    ["/shoes*", "/shoes/red", true],
    ["/shoes*", "/hats", false],
    ["*/cart", "/en/cart", true],
    ["*/cart", "/en/cart/x", false],
    ["/*/a*b", "/en/acb", true],
    ["/*/a*b", "/en/ab", true],
    ["/*/a*b", "/en/ba", false],
    ["/ab*ba", "/aba", false],
    ["/a.b", "/axb", false],
  ];
  for (const [pattern, path, fits] of table) assert.equal(fitsPath(pattern, path), fits, `${pattern} ${path}`);
});
