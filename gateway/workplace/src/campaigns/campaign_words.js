// Campaigns in words, and what of a list can be read in the browser. Pure.

/** What a campaign's state lets one do: [action, label]. */
const ACTIONS = {
  draft: [["delete", "Discard"]],
  ready: [["start", "Start"], ["delete", "Discard"]],
  scheduled: [["pause", "Pause"], ["cancel", "Cancel"]],
  running: [["pause", "Pause"], ["cancel", "Cancel"]],
  paused: [["resume", "Resume"], ["cancel", "Cancel"]],
  stopped: [["resume", "Resume"], ["cancel", "Cancel"]],
  completed: [],
  cancelled: [],
};

const STATES = {
  draft: ["Draft", ""],
  ready: ["Ready", "good"],
  scheduled: ["Scheduled", "good"],
  running: ["Running", "good"],
  paused: ["Paused", ""],
  stopped: ["Stopped", "bad"],
  completed: ["Completed", "good"],
  cancelled: ["Cancelled", ""],
};

const REASONS = {
  template_paused: "WhatsApp has paused the template, since customers reported or blocked it.",
  template_disabled: "WhatsApp has disabled the template.",
  template_deleted: "The template was deleted.",
  template_edited: "The template was changed since the campaign was checked. Resuming takes the new one.",
  template_recategorised: "WhatsApp has changed the template’s category, and so its price and rules. Resuming accepts that.",
  template_unusable: "The template can’t be sent now.",
  marketing_unavailable: "Meta refuses the account's marketing messages: sign their terms in WhatsApp Manager.",
  budget_spent: "The channel's budget for this month is spent: raise it, then resume.",
  too_many_failures: "Too many messages failed: look at the report.",
  messaging_limit: "The number has reached its limit of new customers for 24 hours. Resume tomorrow.",
  channel_deleted: "The WhatsApp number was deleted.",
  channel_disabled: "The WhatsApp number is switched off.",
  segment_unusable: "The campaign’s segment was deleted, or names a tag or field that was.",
  channel_credentials: "WhatsApp refuses the channel’s access token.",
  payment_required: "Meta reports a payment problem of the business account.",
  account_locked: "Meta has restricted the business account.",
};

/** The actions; a retry where something failed. */
export function actionsOf(campaign) {
  const actions = ACTIONS[campaign.state] ?? [];
  const retry = campaign.counts.failed > 0 && ["completed", "paused"].includes(campaign.state);
  return retry ? [["retry", "Retry failed"], ...actions] : actions;
}

/** The campaigns with one as it is now; without it where it was deleted. */
export function withCampaign(campaigns, campaign) {
  const changed = new Map(campaigns).set(campaign.id, campaign);
  if (campaign.state === "deleted") changed.delete(campaign.id);
  return changed;
}

export const stateOf = (campaign) => STATES[campaign.state] ?? [campaign.state, ""];

export const reasonOf = (campaign) => campaign.reason && (REASONS[campaign.reason] ?? `Reason: ${campaign.reason}.`);

/** How many recipients are settled, whatever became of them. */
export function settled({ sent, failed, unknown, skipped }) {
  return sent + failed + unknown + skipped;
}

/** The figures that say something: [term, value]. */
export function figures(counts) {
  const shown = [["Waiting", "waiting"], ["Sent", "sent"], ["Delivered", "delivered"], ["Read", "read"], ["Failed", "failed"], ["Unknown", "unknown"], ["Skipped", "skipped"]];
  return shown.filter(([, name]) => ["sent", "delivered", "read"].includes(name) || counts[name] > 0).map(([term, name]) => [term, counts[name].toLocaleString("en")]);
}

/** Who would get nothing, and who later, by a forecast: sentences, none where everybody gets it now. */
export function outlookOf(guess) {
  const of = guess.checked === guess.recipients ? "" : ` of the first ${guess.checked.toLocaleString("en")}`;
  const lines = guess.left_out.map((one) => `${one.count.toLocaleString("en")}${of} would get nothing: ${one.explanation}`);
  return guess.later ? [...lines, `${guess.later.toLocaleString("en")}${of} would get it when their quiet hours are over.`] : lines;
}

/** Is the problem about lines of a list, so that there is a reason for each? */
export const isAboutLines = (problem) => (problem.errors ?? []).some((one) => one.pointer.startsWith("/lines/"));

const PHONES = new Set(["phone", "to", "number", "phone_number", "mobile", "msisdn", "wa_id", "whatsapp", "telephone", "tel", "телефон", "номер", "telefon", "telefone", "telefono", "teléfono", "handy"]);

/** The names of a list's columns beside the phone, as the server reads them from its first line. */
export function columnsOf(text) {
  const [first = "", second = ""] = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/, 2);
  const told = /^"?sep=([^\p{L}\p{N}_\s"]|\t)"?$/iu.exec(first);
  const line = told ? second : first;
  const bare = line.replace(/"[^"]*"?/g, "");
  const often = [",", ";", "\t", "|"].reduce((best, one) => (bare.split(one).length > bare.split(best).length ? one : best));
  const names = cellsOf(line, told ? told[1] : often).map((one) => columnName(one.replace(/^"(.*)"$/, "$1")));
  const phone = Math.max(0, names.findIndex((name) => PHONES.has(name)));
  return names.filter((_, place) => place !== phone);
}

function cellsOf(line, delimiter) {
  const cells = [""];
  let quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    if (char === delimiter && !quoted) cells.push("");
    else cells[cells.length - 1] += char;
  }
  return cells;
}

/** A file's beginning as text: UTF-16 where it says so, otherwise UTF-8. */
export function textOf(bytes) {
  const mark = bytes.length > 1 ? (bytes[0] << 8) | bytes[1] : 0;
  return new TextDecoder({ 0xfffe: "utf-16le", 0xfeff: "utf-16be" }[mark] ?? "utf-8").decode(bytes);
}

export const columnName = (written) => written.trim().toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, "_").replace(/^_+|_+$/g, "");

/** The template's parameters out of the texts that were chosen: `chosen` is [variable, text]. */
export function bodyOf(chosen) {
  if (!chosen.length) return {};
  const texts = chosen.map(([, text]) => text);
  const byPlace = chosen.every(([name]) => /^\d+$/.test(name));
  return { body: byPlace ? texts : Object.fromEntries(chosen) };
}
