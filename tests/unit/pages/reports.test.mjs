// Reports: what is asked, and how columns are told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { spanText } from "../../../gateway/workplace/src/core/spans.ts";
import { paceOf } from "../../../gateway/workplace/src/board/pace_rules.ts";
import { bounds, costsOf, daysBetween, daysOf, groupings, keysOf, kindOf, limitOf } from "../../../gateway/workplace/src/reports/report_words.ts";
import { inMoney, summed } from "../../../gateway/workplace/src/ui/money.ts";

test("a span that ends today has as many days as it says", () => {
  const today = new Date(2026, 2, 3);
  assert.deepEqual(daysOf("today", today), { from: "2026-03-03", to: "2026-03-03" });
  assert.deepEqual(daysOf("week", today), { from: "2026-02-25", to: "2026-03-03" });
});

test("the last day is in the report: it ends where the next one begins", () => {
  const { from, to } = bounds("2026-03-28", "2026-03-29");
  assert.equal(new Date(from).getTime(), new Date(2026, 2, 28).getTime());
  assert.equal(new Date(to).getTime(), new Date(2026, 2, 30).getTime());
});

test("a plot has each day, hour and weekday, also those in which nothing happened", () => {
  const { from, to } = bounds("2026-03-28", "2026-03-30");
  assert.deepEqual(keysOf("day", from, to), ["2026-03-28", "2026-03-29", "2026-03-30"]);
  assert.equal(keysOf("hour", from, to).length, 24);
  assert.deepEqual(keysOf("weekday", from, to), ["1", "2", "3", "4", "5", "6", "7"]);
});

test("supervisors are offered their queues, also by time, and their people alone, and no costs", () => {
  assert.deepEqual(groupings("waiting", false), ["nothing", "day", "hour", "weekday", "queue", "operator"]);
  assert.deepEqual(groupings("costs", false), []);
  assert.ok(groupings("costs", true).includes("campaign"));
});

test("columns are told by what they are", () => {
  assert.equal(kindOf("average_seconds"), "seconds");
  assert.equal(kindOf("within_30_seconds"), "count");
  assert.equal(kindOf("first_in_time_share"), "share");
  assert.equal(limitOf("within_14400_seconds"), 14_400);
  assert.equal(limitOf("longest_seconds"), null);
});

test("lengths of time have two parts at most, in the words of the language", () => {
  assert.equal(spanText(0, "en"), "0 sec");
  assert.equal(spanText(95, "en"), "1 min 35 sec");
  assert.equal(spanText(1_800, "en"), "30 min");
  assert.equal(spanText(11_520, "en"), "3 hr 12 min");
  assert.equal(spanText(11_520, "ru"), "3 ч 12 мин");
  assert.equal(spanText(3 * 86_400, "en"), "3 days");
});

test("each day has what it cost in a currency, and nothing where nothing was delivered", () => {
  const rows = [{ key: "2026-03-29", costs: [{ currency: "EUR", amount: "1.5" }, { currency: "USD", amount: "2" }] }];
  const days = daysBetween("2026-03-28", "2026-03-29");
  assert.deepEqual(days, ["2026-03-28", "2026-03-29"]);
  assert.deepEqual(costsOf(rows, "EUR", days), [0, 1.5]);
  assert.deepEqual(costsOf(rows, "GBP", days), [0, 0]);
});

test("a price has fractions of a cent, a sum has none unless it is less than a cent", () => {
  assert.equal(inMoney({ currency: "EUR", amount: "0.0616" }), "€0.0616");
  assert.equal(summed({ currency: "EUR", amount: "12.34567" }), "€12.35");
  assert.equal(summed({ currency: "EUR", amount: "0.0042" }), "€0.0042");
  assert.equal(summed({ currency: "EUR", amount: "0" }), "€0.00");
  assert.equal(summed({ currency: "JPY", amount: "12.3" }), "¥12");
  assert.equal(summed({ currency: "gold", amount: "3" }), "3 gold");
});

test("the pace is that of the report's columns, and a queue that is not in it had nothing", () => {
  const pace = paceOf({ from: "2026-03-28T10:00:00Z", columns: ["opened", "closed"], rows: [{ key: "q1", values: [3, 1] }], total: [5, null] });
  assert.deepEqual([pace.of("q1"), pace.of("q2"), pace.all], [{ opened: 3, closed: 1 }, { opened: 0, closed: 0 }, { opened: 5, closed: 0 }]);
});
