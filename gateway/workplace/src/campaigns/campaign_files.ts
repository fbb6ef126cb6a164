// Files of a campaign: the list that goes up, reports that come down. They may take minutes, so that there is no time limit.

import { Problem } from "../core/api.js";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import type { Campaign } from "./campaign_types.ts";

async function ask(method: string, path: string, body?: Blob): Promise<Response> {
  const headers = { Authorization: `Bearer ${here().api.token()}`, ...(body && { "Content-Type": "text/csv" }) };
  const answer = await fetch(`/api/v1${path}`, { method, headers, ...(body && { body }) }).catch(() => {
    throw new Problem({ detail: t("network.silent") });
  });
  if (answer.ok) return answer;
  throw new Problem({ detail: t("network.answered", { status: String(answer.status) }), code: "unknown", ...(await answer.json().catch(() => ({}))), status: answer.status });
}

/** Upload a list; the answer comes when each row is checked. */
export async function uploadList(id: string, file: Blob): Promise<Campaign> {
  return (await ask("POST", `/campaigns/${id}/audience`, file)).json();
}

/** Save a file of the server under a name. */
export async function save(path: string, name: string): Promise<void> {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await (await ask("GET", path)).blob());
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
