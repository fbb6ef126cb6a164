// One message of a thread as a bubble: author, quoted message, content, reactions, status.

import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import { previewOf } from "../../core/events.js";
import { clockTime, fullTime } from "../../core/time.js";
import { isWord, named, t } from "../../core/words.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { lazy } from "../../ui/lazy.tsx";
import { actsOn } from "./acts.ts";
import { type Around, useAround } from "./around.ts";
import { ContentOf } from "./content.tsx";
import { HelpButton, HelpedText } from "./helped.tsx";
import { authorName } from "./names.ts";
import { Outcome } from "./outcome.tsx";
import type { AlbumRow, MessageRow } from "./rows.ts";
import type { Message } from "./types.ts";

const ActsRow = lazy(() => import("./acts_row.tsx"));

/** The drawing of a status; its word is in the catalogue. */
const STATUSES: Record<string, IconName> = {
  queued: "clock", sending: "clock", held: "clock", scheduled: "clock", sent: "tick", delivered: "ticks", read: "ticks", failed: "failed", unknown: "unknown",
};

export const MessageItem = memo(({ row }: { row: MessageRow }) => {
  const around = useAround();
  const [acting, act] = useState(false);
  const { message } = row;
  if (message.content.type === "system") return <li class="system" data-id={message.id}><ContentOf content={message.content} /></li>;
  const mayWrite = around.writesIn === message.conversation_id;
  const acts = mayWrite ? actsOn(message, around) : [];
  return (
    <li class={message.direction} data-id={message.id} data-status={message.status}>
      <div class="line">
        <Bubble row={row} around={around} />
        {mayWrite && !message.deleted_at && <LineButton name="reply" label={t("message.reply_to_this")} title={t("composer.reply")} onClick={() => around.does.reply(message)} />}
        <HelpButton message={message} helped={row.helped} />
        {acts.length > 0 && <LineButton name="more" label={t("message.acts")} title={t("message.acts")} expanded={acting} onClick={() => act(!acting)} />}
        <InfoButton message={message} around={around} />
      </div>
      {acting && acts.length > 0 && <ActsRow message={message} acts={acts} onClose={() => act(false)} />}
      <HelpedText helped={row.helped} />
      <Reactions message={message} around={around} />
      <Outcome message={message} retried={row.retried} mayWrite={mayWrite} />
    </li>
  );
});

/** Messages that the customer sent together, as one group. */
export const AlbumItem = memo(({ row }: { row: AlbumRow }) => (
  <li class={`album ${row.parts[0]!.message.direction}`}>
    <ol class="album-items" aria-label={t("message.album", { n: row.parts.length })}>
      {row.parts.map((one) => <MessageItem key={one.key} row={one} />)}
    </ol>
  </li>
));

function Bubble({ row: { message, quoted }, around }: { row: MessageRow; around: Around }) {
  const own = message.direction === "in" || message.author.id === around.me.id;
  return (
    <div class="bubble">
      <p class={own ? "sr" : "author"} dir="auto">{authorName(message.author, around)}</p>
      {message.reply_to && <Quote id={message.reply_to} quoted={quoted} around={around} />}
      <Beside message={message} />
      {message.deleted_at ? <p class="soft deleted">{t("message.deleted")}</p> : <ContentOf content={message.content} />}
      <Foot message={message} />
    </div>
  );
}

/** What became of our own messages; how a customer's came, for those who look after channels. */
function InfoButton({ message, around }: { message: Message; around: Around }) {
  if (message.direction === "in" && !around.seesRaw) return null;
  const label = t(message.direction === "in" ? "message.received" : "message.details");
  return <LineButton name="info" label={label} title={label} onClick={() => around.does.details(message)} />;
}

function LineButton({ name, label, title, expanded, onClick }: { name: IconName; label: string; title: string; expanded?: boolean; onClick: () => void }) {
  return <button type="button" class="quiet reply" data-action={name === "info" ? "details" : name} aria-label={label} title={title} aria-expanded={expanded} onClick={onClick}><Icon name={name} /></button>;
}

/** What is told beside the content. Texts and captions say sender, source and quotation themselves. */
function Beside({ message: { content, sender, forwarded_from: source, quote, referral, deleted_at } }: { message: Message }) {
  if (deleted_at) return null;
  const spoken = content.type === "text" || "media" in content;
  const around = spoken ? [] : [sender, source && t("message.forwarded", { name: source }), quote && `> ${quote}`];
  const { headline, start_parameter, product_retailer_id, source_url } = referral ?? {};
  const led = [headline ?? start_parameter ?? product_retailer_id, source_url].filter(Boolean).join(", ");
  const lines = [...around, led && t("message.came_from", { place: led })].filter(Boolean);
  return <>{lines.map((text, n) => <p key={n} class="small soft words" dir="auto">{text}</p>)}</>;
}

function Foot({ message }: { message: Message }) {
  const at = message.direction === "in" ? (message.provider_at ?? message.created_at) : message.created_at;
  const drawing = STATUSES[message.status];
  const meaning = isWord(`message.statuses.${message.status}`) ? named("message.statuses", message.status) : "";
  return (
    <p class="foot">
      {message.edited_at && <span title={fullTime(message.edited_at)}>{t("message.edited")}</span>}
      <time dateTime={at} title={fullTime(at)}>{clockTime(at)}</time>
      {message.direction === "out" && drawing && <span class={`status status-${message.status}`} title={meaning}><Icon name={drawing} label={meaning} /></span>}
    </p>
  );
}

function Quote({ id, quoted, around }: { id: string; quoted: Message | undefined; around: Around }) {
  const text = quoted ? (quoted.deleted_at ? t("list.deleted") : previewOf(quoted.content)) : t("message.earlier");
  return (
    <button type="button" class="quote" onClick={() => around.does.show(id)}>
      {quoted && <strong dir="auto">{authorName(quoted.author, around)}</strong>}
      <span dir="auto">{text}</span>
    </button>
  );
}

function Reactions({ message, around }: { message: Message; around: Around }) {
  const shown = message.reactions.filter((one) => one.emoji);
  if (!shown.length) return null;
  return (
    <p class="reactions">
      {shown.map(({ author, emoji }, n) => {
        const text = `${authorName(author, around)}: ${emoji}`;
        return <span key={n} title={text} role="img" aria-label={text}>{emoji}</span>;
      })}
    </p>
  );
}
