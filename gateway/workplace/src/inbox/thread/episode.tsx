// The line between two conversations of a thread: where it was, when, who had it, how it ended.

import { here } from "../../core/session.ts";
import { dayAndTime } from "../../core/time.js";
import { named, t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";
import { Icon } from "../../ui/icon.tsx";
import { closeReason } from "../team.js";
import type { Conversation } from "../types.ts";
import { useAround } from "./around.ts";

export function EpisodeLine({ id, again }: { id: string; again: boolean }) {
  const conversation: Conversation | undefined = useStore((state) => state.conversations.get(id) ?? state.earlier?.conversations[id]);
  const current: boolean = useStore((state) => state.selected === id);
  if (!conversation) return null;
  const { channel } = conversation;
  return (
    <div class={current ? "episode current" : "episode"} role="group" aria-label={t("thread.episode")}>
      <p class="episode-top">
        <span class={`kind kind-${channel.kind}`}>{named("kinds", channel.kind)}</span>
        <span class="soft" dir="auto">{channel.name}</span>
        <strong>{current ? t("thread.this_conversation") : t("thread.earlier_conversation")}</strong>
      </p>
      {!again && <Facts conversation={conversation} />}
      {!current && <a class="small" href={`/conversations/${id}`}>{t("thread.open_episode")}</a>}
    </div>
  );
}

function Facts({ conversation: { opened_at: from, closed_at: to, operator_id: operator, close_reason: reason } }: { conversation: Conversation }) {
  const { me } = here();
  const { names } = useAround();
  const who = operator && (operator === me.id ? t("list.you") : (names.get(operator) ?? t("side.operator")));
  return (
    <ul class="episode-facts small soft">
      <li><Icon name="calendar" /> {to ? t("thread.span", { from: dayAndTime(from), to: dayAndTime(to) }) : t("thread.since", { from: dayAndTime(from) })}</li>
      {who && <li dir="auto"><Icon name="contacts" /> {who}</li>}
      {to && <li><Icon name="tick" /> {reason ? t("thread.closed_how", { how: closeReason(reason) }) : t("thread.closed")}</li>}
    </ul>
  );
}
