// One message of a thread as a bubble: author, quoted message, content, reactions, status.

import { contentElements } from "./content.js";
import { el, icon } from "../core/dom.js";
import { previewOf } from "../core/events.js";
import { helpButton, helpedElement } from "./helped.js";
import { t } from "../core/say.ts";
import { clockTime, fullTime } from "../core/time.js";

const AUTHORS = new Set(["auto", "campaign", "bot", "agent", "api", "external"]);

/** The drawing of a status; its word is in the catalogue. */
const STATUSES = {
  queued: "clock", sending: "clock", held: "clock", scheduled: "clock", sent: "tick", delivered: "ticks", read: "ticks", failed: "failed", unknown: "unknown",
};

/** What a person calls the author. */
export function authorName(message, { me, operators, customer }) {
  if (message.author.kind === "contact") return customer;
  if (message.author.kind !== "operator") return AUTHORS.has(message.author.kind) ? t(`message.authors.${message.author.kind}`) : message.author.kind;
  return message.author.id === me.id ? t("list.you") : (operators.get(message.author.id)?.name ?? t("side.operator"));
}

/** The names that a message shows, as one text: what else changes of an operator is no reason to draw it anew. */
export function namesIn(message, context) {
  const authored = [message, context.quoted, ...message.reactions].filter(Boolean);
  return authored.map((one) => authorName(one, context)).join("\n");
}

/**
 * @param {object} message
 * @param {object} context {me, operators, customer, quoted, retried, mayWrite}
 * @param {object} does {reply(message), retry(message), show(messageId), link(fileId), fetchFile(fileId)}
 */
export function messageElement(message, context, does) {
  if (message.content.type === "system") {
    return el("li", { class: "system", dataset: { id: message.id } }, contentElements(message.content));
  }
  const side = message.direction === "in" ? "in" : "out";
  const bubble = el(
    "div",
    { class: "bubble" },
    el("p", { class: side === "in" || message.author.id === context.me.id ? "sr" : "author", text: authorName(message, context), dir: "auto" }),
    message.reply_to && quoteButton(message.reply_to, context, does),
    ...beside(message),
    message.deleted_at ? el("p", { class: "soft deleted", text: t("message.deleted") }) : contentElements(message.content, does),
    foot(message),
  );
  return el(
    "li",
    { class: side, dataset: { id: message.id, status: message.status } },
    el("div", { class: "line" }, bubble, context.mayWrite && !message.deleted_at && replyButton(message, does), helpButton(message, context, does), side === "out" && detailsButton(message, does)),
    helpedElement(context),
    reactions(message, context),
    outcome(message, context, does),
  );
}

/** What is told beside the content. Texts and captions say sender, source and quotation themselves. */
function beside({ content, sender, forwarded_from, quote, referral, deleted_at }) {
  if (deleted_at) return [];
  const spoken = content.type === "text" || "media" in content;
  const around = spoken ? [] : [sender, forwarded_from && t("message.forwarded", { name: forwarded_from }), quote && `> ${quote}`];
  const { headline, start_parameter, product_retailer_id, source_url } = referral ?? {};
  const led = [headline ?? start_parameter ?? product_retailer_id, source_url].filter(Boolean).join(", ");
  const lines = [...around, led && t("message.came_from", { place: led })].filter(Boolean);
  return lines.map((text) => el("p", { class: "small soft words", text, dir: "auto" }));
}

/** Messages that the customer sent together, as one group. */
export function albumElement(side, items) {
  const label = t("message.album", { n: items.length });
  return el("li", { class: `album ${side}` }, el("ol", { class: "album-items", "aria-label": label }, items));
}

function foot(message) {
  const at = message.direction === "in" ? (message.provider_at ?? message.created_at) : message.created_at;
  const drawing = STATUSES[message.status];
  const meaning = drawing && t(`message.statuses.${message.status}`);
  return el(
    "p",
    { class: "foot" },
    message.edited_at && el("span", { text: t("message.edited"), title: fullTime(message.edited_at) }),
    el("time", { datetime: at, text: clockTime(at), title: fullTime(at) }),
    message.direction === "out" && drawing && el("span", { class: `status status-${message.status}`, title: meaning }, icon(drawing, meaning)),
  );
}

function quoteButton(id, context, does) {
  const { quoted } = context;
  const text = quoted ? (quoted.deleted_at ? t("list.deleted") : previewOf(quoted.content)) : t("message.earlier");
  const author = quoted && el("strong", { text: authorName(quoted, context), dir: "auto" });
  const listeners = { click: () => does.show(id) };
  return el("button", { type: "button", class: "quote", on: listeners, dataset: { focus: "quote" } }, author, el("span", { text, dir: "auto" }));
}

function replyButton(message, does) {
  const given = { type: "button", class: "quiet reply", "aria-label": t("message.reply_to_this"), title: t("composer.reply"), dataset: { focus: "reply" } };
  return el("button", { ...given, on: { click: () => does.reply(message) } }, icon("reply"));
}

function detailsButton(message, does) {
  const label = t("message.details");
  const given = { type: "button", class: "quiet reply", "aria-label": label, title: label, dataset: { focus: "details" } };
  return el("button", { ...given, on: { click: () => does.details(message) } }, icon("info"));
}

function reactions(message, context) {
  const shown = message.reactions.filter((one) => one.emoji);
  if (!shown.length) return null;
  const text = (one) => `${authorName(one, context)}: ${one.emoji}`;
  return el("p", { class: "reactions" }, shown.map((one) => el("span", { text: one.emoji, title: text(one), role: "img", "aria-label": text(one) })));
}

/** Why it failed, or what is not certain, and what can be done. */
function outcome(message, { retried, mayWrite }, does) {
  if (message.status === "held") return waiting(message, heldWords(message), mayWrite, does);
  if (message.status === "scheduled") return waiting(message, t("message.sent_at", { time: fullTime(message.send_at) }), mayWrite, does, "reschedule");
  if (message.status !== "failed" && message.status !== "unknown") return null;
  const uncertain = message.status === "unknown";
  const why = message.error?.explanation
    ?? (uncertain ? t("message.may_have") : t("message.not_sent"));
  const helps = uncertain || message.error?.retryable;
  const button = el("button", {
    type: "button", text: uncertain ? t("message.send_again") : t("message.retry"), dataset: { focus: "retry" }, on: { click: () => does.retry(message) },
  });
  return el(
    "div",
    { class: `outcome ${message.status}` },
    el("p", { text: why }),
    message.error?.provider_code && el("p", { class: "small soft", text: `Code ${message.error.provider_code}` }),
    retried ? el("p", { class: "small soft", text: t("message.sent_again") }) : helps && mayWrite && button,
  );
}

function heldWords({ held_until }) {
  return held_until ? t("message.held_until", { time: fullTime(held_until) }) : t("message.held");
}

/** It waits for the customer's answer to a template, or for its time. */
function waiting(message, words, mayWrite, does, change) {
  const button = (action, text) => el("button", { type: "button", text, dataset: { focus: action }, on: { click: () => does[action](message) } });
  const buttons = el("p", { class: "buttons" }, change && button(change, t("ui.change")), button("withdraw", t("message.withdraw")));
  return el("div", { class: "outcome unknown" }, el("p", { text: words }), mayWrite && buttons);
}

/** A message that the server has not accepted yet, or has refused. */
export function pendingElement(item, does) {
  const refused = item.state === "refused";
  const meaning = refused ? t("message.refused") : t("message.on_its_way");
  const status = el("span", { class: `status status-${refused ? "failed" : "queued"}`, title: meaning }, icon(refused ? "failed" : "clock", meaning));
  const button = (text, action) => el("button", { type: "button", text, on: { click: () => does[action](item) } });
  const detail = item.detail && el(
    "div",
    { class: `outcome ${refused ? "failed" : "unknown"}`, role: refused ? "alert" : null },
    el("p", { text: item.detail }),
    refused && el("p", { class: "buttons" }, button(t("ui.change"), "edit"), button(t("message.discard"), "discard")),
  );
  return el(
    "li",
    { class: "out pending", dataset: { key: item.key, status: refused ? "refused" : "pending" } },
    el("div", { class: "line" }, el("div", { class: "bubble" }, contentElements(item.content), el("p", { class: "foot" }, status))),
    detail,
  );
}
