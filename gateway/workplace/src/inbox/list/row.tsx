// One conversation in the list.

import { memo } from "preact/compat";
import { serverNow } from "../../core/clock.js";
import { avatar } from "../../core/dom.js";
import { displayName, displayNumber } from "../../core/store.js";
import { countdown, briefly, fullTime, replyWindow, shortAge } from "../../core/time.js";
import { t } from "../../core/words.ts";
import { Icon } from "../../ui/icon.tsx";
import { kindName } from "../kind_name.ts";
import { lastWords } from "../last_words.ts";
import type { Conversation } from "../types.ts";

const UNREAD_SHOWN = 99;
const TAGS_SHOWN = 2;
const HURRY = 60 * 60_000;

interface Given {
  conversation: Conversation;
  /** Where it stands in a list that is not in the page as a whole, from 1; `of` is 0 where it is. */
  place: number;
  of: number;
  chosen: boolean;
  active: boolean;
  /** Picked for an action; null while nothing is picked. */
  picked: boolean | null;
  operator: string;
  queue: string;
  /** The whole minute: with the next one the times are drawn anew. */
  minute: number;
  language: string;
}

export function Row({ conversation, place, of, chosen, active, picked, operator, queue, minute, language }: Given) {
  const { id, unread } = conversation;
  const kind = ["row", unread && "unread", chosen && "chosen-row", active && "active"].filter(Boolean).join(" ");
  return (
    <li role="option" id={`option-${id}`} aria-selected={picked ?? chosen} data-id={id} class={kind} {...(of > 0 && { "aria-posinset": place, "aria-setsize": of })}>
      <Content conversation={conversation} picked={picked} operator={operator} queue={queue} minute={minute} language={language} />
    </li>
  );
}

type Shown = Pick<Given, "conversation" | "picked" | "operator" | "queue" | "minute" | "language">;

/** Drawn anew only where something in it is another: not where the row has another place. */
const Content = memo(({ conversation, picked, operator, queue }: Shown) => {
  const name = displayName(conversation);
  const { last_message: last, unread } = conversation;
  const at = last?.at ?? conversation.opened_at;
  const picture = avatar(name, conversation.contact.id);
  return (
    <>
      {picked === null
        ? <span class={picture.className} aria-hidden="true">{picture.textContent}</span>
        : <span class={`avatar pick ${picked ? "picked" : ""}`} aria-hidden="true">{picked && <Icon name="tick" />}</span>}
      <div class="row-text">
        <p class="row-top">
          <strong class="name" dir="auto" title={displayNumber(conversation.identity)}>{name}</strong>
          <time dateTime={at} title={fullTime(at)}>{shortAge(at, serverNow())}</time>
        </p>
        <p class="row-bottom">
          {last?.direction === "out" && <span class="soft" aria-hidden="true">↩ </span>}
          <span class="preview" dir="auto">{lastWords(conversation)}</span>
          {unread > 0 && <span class="badge" role="img" aria-label={t("list.unread", { n: unread })}>{unread > UNREAD_SHOWN ? `${UNREAD_SHOWN}+` : unread}</span>}
        </p>
        <p class="row-tags small">
          <span class={`kind kind-${conversation.channel.kind}`}>{kindName(conversation.channel.kind)}</span>
          <Urgent conversation={conversation} />
          {queue && <span class="queue-line" dir="auto">{queue}</span>}
          {operator && <span class="soft" dir="auto">{operator}</span>}
          {conversation.tags.slice(0, TAGS_SHOWN).map((one) => <span key={one} class="row-tag" dir="auto">{one}</span>)}
        </p>
      </div>
    </>
  );
});

/** What presses: an answer that is due, a window that closes, how long somebody waits in a queue; and that it is set aside. */
function Urgent({ conversation: { target, window, snooze, state, queued_at } }: { conversation: Conversation }) {
  const now = serverNow();
  const { limited, open, left } = replyWindow(window, now);
  return (
    <>
      {target && <span class={target.breached ? "due overdue" : "due"} title={fullTime(target.due_at)}>{target.breached ? t("list.overdue") : t("list.due", { time: countdown(target.due_at, now) })}</span>}
      {state !== "closed" && limited && open && left! < HURRY && <span class="due">{t("list.window", { time: countdown(window.expires_at!, now) })}</span>}
      {state === "queued" && queued_at && <span class="due waits">{t("list.waits", { time: briefly(now - Date.parse(queued_at)) })}</span>}
      {snooze && <span class="due aside" title={t("side.snoozed_until", { time: fullTime(snooze.until) })}>{t("list.aside")}</span>}
    </>
  );
}
