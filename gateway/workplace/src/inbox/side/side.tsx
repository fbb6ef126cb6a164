// The side of a conversation: its facts, its customer, what colleagues say about it, and what happened before.

import { session, here } from "../../core/session.ts";
import { avatar } from "../../core/dom.js";
import { displayName } from "../../core/store.js";
import { fullTime } from "../../core/time.js";
import { t } from "../../core/words.ts";
import { atLeast } from "../../core/rights.ts";
import { useStore } from "../../frame/use_store.ts";
import { mayAssign, mayHandle } from "../may.ts";
import { detailsOpen } from "../panes.ts";
import { lazy } from "../../ui/lazy.tsx";
import type { Conversation } from "../types.ts";
import { Assign, Priority } from "./assign.tsx";
import { Control } from "./control.tsx";
import { Card } from "./card.tsx";
import { Facts } from "./facts.tsx";
import { ConversationTags, ConversationTopics } from "./labels.tsx";
import { Notes } from "./notes.tsx";
import { Past } from "./past.tsx";
import { Summary } from "./summary.tsx";
import { SnoozeButton, Snoozed } from "./snooze.tsx";

const Integration = lazy(async () => ({ default: (await import("./integration.tsx")).Integration }));

export function Side() {
  return session.value ? <OfSelected /> : null;
}

function OfSelected() {
  const conversation: Conversation | undefined = useStore((state) => state.conversations.get(state.selected));
  return conversation ? <Parts key={conversation.id} conversation={conversation} /> : null;
}

function Parts({ conversation }: { conversation: Conversation }) {
  const { api, me, store } = here();
  const may = mayHandle(conversation, me);
  return (
    <div class="details">
      <Head conversation={conversation} />
      <Facts conversation={conversation} />
      <div class="side-actions">
        <button type="button" id="explain-button" onClick={() => import("../explain.js").then((file) => file.openExplanation(api, conversation.id, store.state))}>{t("side.why")}</button>
        {may && !conversation.snooze && <SnoozeButton conversation={conversation} />}
      </div>
      <Snoozed conversation={conversation} may={may} />
      <Control conversation={conversation} />
      <HandOver conversation={conversation} />
      <Summary id={conversation.id} />
      <ConversationTags conversation={conversation} may={may} />
      <ConversationTopics conversation={conversation} may={may} />
      <Notes conversation={conversation} />
      <Card conversation={conversation} />
      <Integration id={conversation.id} />
      <Past conversation={conversation} />
      {mayAssign(conversation, me) && <Assign conversation={conversation} />}
      {conversation.state !== "closed" && atLeast(me, "supervisor") && <Priority conversation={conversation} />}
    </div>
  );
}

function Head({ conversation }: { conversation: Conversation }) {
  const name = displayName(conversation);
  const { className, textContent } = avatar(name, conversation.contact.id);
  return (
    <header class="details-head">
      <button type="button" class="quiet details-close" aria-label={t("side.close")} onClick={() => { detailsOpen.value = false; }}>×</button>
      <span class={className} aria-hidden="true">{textContent}</span>
      <h2 dir="auto">{name}</h2>
    </header>
  );
}

/** What the last transfer said to whoever gets it. */
function HandOver({ conversation: { hand_over } }: { conversation: Conversation }) {
  const operators = useStore((state) => state.operators);
  if (!hand_over) return null;
  const [, id] = hand_over.by.split(":");
  return (
    <div class="told">
      <p class="words" dir="auto">{hand_over.note}</p>
      <p class="soft small">{t("side.handed_over", { name: operators.get(id)?.name ?? t("explained.a_program") })} · {fullTime(hand_over.at)}</p>
    </div>
  );
}
