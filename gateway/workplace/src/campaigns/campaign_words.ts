// Campaigns in words, and what of a list can be read in the browser. Pure.

import { named, t } from "../core/say.ts";
import type { Campaign, Counts } from "./campaign_types.ts";

export type Action = "start" | "pause" | "resume" | "cancel" | "retry" | "delete";

export const STATES = ["draft", "ready", "scheduled", "running", "paused", "stopped", "completed", "cancelled"] as const;

const ACTIONS: Readonly<Record<string, readonly Action[]>> = {
  draft: ["delete"], ready: ["start", "delete"], scheduled: ["pause", "cancel"], running: ["pause", "cancel"], paused: ["resume", "cancel"], stopped: ["resume", "cancel"],
};

const TONES: Readonly<Record<string, string>> = { ready: "good", scheduled: "good", running: "good", completed: "good", stopped: "bad" };

/** What a campaign's state lets one do; a retry where something failed. */
export function actionsOf({ state, counts }: Pick<Campaign, "state" | "counts">): readonly Action[] {
  const actions = ACTIONS[state] ?? [];
  const retry = counts.failed > 0 && ["completed", "paused"].includes(state);
  return retry ? ["retry", ...actions] : actions;
}

/** May what it sends, and to whom, still be changed? */
export const isEditable = ({ state }: Pick<Campaign, "state">): boolean => state === "draft" || state === "ready";

/** The campaigns with one as it is now; without it where it was deleted. */
export function withCampaign(campaigns: ReadonlyMap<string, Campaign>, campaign: Campaign): Map<string, Campaign> {
  const changed = new Map(campaigns).set(campaign.id, campaign);
  if (campaign.state === "deleted") changed.delete(campaign.id);
  return changed;
}

/** The colour of a state: `good`, `bad` or none. */
export const toneOf = (state: string): string => TONES[state] ?? "";

/** Why a campaign stands still; a reason that is newer than this page is shown by its name. */
export const reasonOf = ({ reason }: Pick<Campaign, "reason">): string | null => reason && named("campaigns.reasons", reason);

/** How many recipients are settled, whatever became of them. */
export const settled = ({ sent, failed, unknown, skipped }: Counts): number => sent + failed + unknown + skipped;

const FIGURES = ["waiting", "sent", "delivered", "read", "failed", "unknown", "skipped"] as const;

/** The figures that say something: [term, value]. */
export function figures(counts: Counts): [string, number][] {
  const shown = FIGURES.filter((name) => ["sent", "delivered", "read"].includes(name) || counts[name] > 0);
  return shown.map((name) => [t(`campaigns.figures.${name}`), counts[name]]);
}

/** Why some would get nothing: in the page's language, or as the server says it. */
export function whyLeftOut({ reason, explanation }: { reason: string; explanation: string }): string {
  const known = named("campaigns.left_out", reason);
  return known === reason ? explanation : known;
}

/** Is the problem about lines of a list, so that there is a reason for each? */
export const isAboutLines = (problem: { errors?: { pointer: string }[] }): boolean => (problem.errors ?? []).some((one) => one.pointer.startsWith("/lines/"));

const PHONES = new Set(["phone", "to", "number", "phone_number", "mobile", "msisdn", "wa_id", "whatsapp", "telephone", "tel", "телефон", "номер", "telefon", "telefone", "telefono", "teléfono", "handy"]);

/** The names of a list's columns beside the phone, as the server reads them from its first line. */
export function columnsOf(text: string): string[] {
  const [first = "", second = ""] = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/, 2);
  const told = /^"?sep=([^\p{L}\p{N}_\s"]|\t)"?$/iu.exec(first);
  const line = told ? second : first;
  const bare = line.replace(/"[^"]*"?/g, "");
  const often = [",", ";", "\t", "|"].reduce((best, one) => (bare.split(one).length > bare.split(best).length ? one : best));
  const names = cellsOf(line, told?.[1] ?? often).map((one) => columnName(one.replace(/^"(.*)"$/, "$1")));
  const phone = Math.max(0, names.findIndex((name) => PHONES.has(name)));
  return names.filter((_, place) => place !== phone);
}

function cellsOf(line: string, delimiter: string): string[] {
  const cells = [""];
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    if (char === delimiter && !quoted) cells.push("");
    else cells.push(cells.pop() + char);
  }
  return cells;
}

/** A file's beginning as text: UTF-16 where it says so, otherwise UTF-8. */
export function textOf(bytes: Uint8Array): string {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return new TextDecoder(({ 0xfffe: "utf-16le", 0xfeff: "utf-16be" } as Record<number, string>)[mark] ?? "utf-8").decode(bytes);
}

const columnName = (written: string): string => written.trim().toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, "_").replace(/^_+|_+$/g, "");
