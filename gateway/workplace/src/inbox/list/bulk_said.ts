// What became of an action on several conversations.

import { problemText } from "../../core/say.ts";
import { t } from "../../core/words.ts";
import { notify } from "../../frame/notices.js";

export interface Answer {
  items: { id: string; ok: boolean; problem: { code: string; detail: string } | null }[];
}

/** How many were done, and why the others were not: each reason once. */
export function sayDone(items: Answer["items"]): void {
  const refused = items.filter((one) => !one.ok);
  const done = items.length - refused.length;
  if (done) notify(t("list.bulk.done", { n: done }), "done");
  const reasons = [...new Set(refused.map((one) => one.problem ? problemText(one.problem.code, one.problem.detail) : ""))].join(" ");
  if (refused.length) notify(`${t("list.bulk.refused", { n: refused.length })} ${reasons}`);
}
