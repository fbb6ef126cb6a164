// The page goes by the server's clock, whatever the computer's says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { heard, serverNow } from "../../../gateway/workplace/src/core/clock.js";
import { replyWindow } from "../../../gateway/workplace/src/core/time.js";

const near = (milliseconds) => Math.abs(serverNow() - Date.now() - milliseconds) < 2_000;
const answerFrom = (lead) => {
  const now = Date.now();
  heard(new Date(now + lead).toUTCString(), now, now);
};

test("a server whose clock is ahead or behind is believed", () => {
  for (const lead of [3_600_000, -86_400_000, 0]) {
    answerFrom(lead);
    assert.ok(near(lead), `${lead}`);
  }
});

test("the header has whole seconds: less than two are no difference", () => {
  answerFrom(0);
  answerFrom(1_000);
  assert.ok(serverNow() - Date.now() < 100);
});

test("an answer without a time, or with nonsense, changes nothing", () => {
  answerFrom(3_600_000);
  for (const date of [null, "", "yesterday"]) heard(date, Date.now(), Date.now());
  assert.ok(near(3_600_000));
});

test("a window that the server called closed is closed, whatever the page's clock says", () => {
  const later = new Date(Date.now() + 3_600_000).toISOString();
  assert.equal(replyWindow({ open: false, expires_at: later }, Date.now()).open, false);
  assert.equal(replyWindow({ open: true, expires_at: later }, Date.now()).open, true);
});
