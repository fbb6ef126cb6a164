import { textsFor } from "../../../gateway/static/webchat/texts.js";
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

test("how soon somebody usually answers is said in the page's language", () => {
  const english = textsFor("en").usual;
  assert.deepEqual([30, 60, 120, 300, 1800, 3600, 14_400, 86_400].map((seconds) => english(seconds).replace("Usually answers within ", "")), [
    "a minute", "a minute", "2 minutes", "5 minutes", "30 minutes", "an hour", "4 hours", "a day",
  ]);
  const russian = textsFor("ru-RU").usual;
  assert.deepEqual([60, 300, 3600, 14_400, 86_400].map((seconds) => russian(seconds).replace("Обычно отвечаем в течение ", "")), ["минуты", "5 минут", "часа", "4 часов", "дня"]);
});
