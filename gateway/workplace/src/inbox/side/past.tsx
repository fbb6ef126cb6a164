// The customer's other conversations, the newest first; each opens in the thread.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { fullTime } from "../../core/time.js";
import { named, t } from "../../core/words.ts";
import { useLoaded } from "../../frame/use_loaded.ts";
import { lastWords } from "../last_words.ts";
import { closeReason } from "../team.js";
import type { Conversation, Page } from "../types.ts";

const FIRST = 6;
const MORE = 50;

export function Past({ conversation }: { conversation: Conversation }) {
  const { api } = here();
  const contact = conversation.contact.id;
  const [limit, setLimit] = useState(FIRST);
  const about = (data: unknown) => (data as Conversation).contact?.id === contact;
  const loaded = useLoaded<Page<Conversation>>(
    () => api.request("GET", `/contacts/${contact}/conversations`, { query: { limit } }), [contact, limit],
    ["conversation.created", "conversation.closed"], about,
  );
  const others = (loaded.value?.items ?? []).filter((one) => one.id !== conversation.id);
  return (
    <section class="side-part" aria-label={t("side.past")}>
      <h3>{t("side.past")}</h3>
      {loaded.fault && <p class="fault" role="alert">{loaded.fault}</p>}
      {loaded.value && !others.length && <p class="soft small">{t("side.past_none")}</p>}
      <ul class="past">{others.map((one) => <li key={one.id}><PastLink one={one} /></li>)}</ul>
      {loaded.value?.next_cursor && limit === FIRST && <button type="button" onClick={() => setLimit(MORE)}>{t("side.past_more")}</button>}
    </section>
  );
}

function PastLink({ one }: { one: Conversation }) {
  const ended = one.state === "closed" ? (one.close_reason ? closeReason(one.close_reason) : "") : t("side.past_open");
  return (
    <a href={`/conversations/${one.id}`}>
      <span class="past-top">
        <time dateTime={one.opened_at}>{fullTime(one.opened_at)}</time>
        <span class={`kind kind-${one.channel.kind}`}>{named("kinds", one.channel.kind)}</span>
      </span>
      {one.last_message && <span class="past-words" dir="auto">{lastWords(one)}</span>}
      {ended && <span class="soft small">{ended}</span>}
    </a>
  );
}
