// The box that leads to a day of the thread, or to one of the customer's conversations.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { dayAndTime } from "../../core/time.js";
import { named, t } from "../../core/words.ts";
import { useLoaded } from "../../frame/use_loaded.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Show } from "../../ui/page.tsx";
import type { Conversation, Page } from "../types.ts";
import { goToTime } from "./going.ts";

const FIRST = 20;
const MORE = 200;

export default function GoTo({ contact, onClose }: { contact: string; onClose: () => void }) {
  const { api } = here();
  const [limit, setLimit] = useState(FIRST);
  const [day, setDay] = useState("");
  const loaded = useLoaded<Page<Conversation>>(() => api.request("GET", `/contacts/${contact}/conversations`, { query: { limit } }), [contact, limit]);
  const go = (at: Date) => {
    onClose();
    void goToTime(at);
  };
  return (
    <Dialog title={t("thread.go_to_date")} onClose={onClose}>
      <form
        class="go-to" onSubmit={(event) => {
          event.preventDefault();
          if (day) go(new Date(`${day}T00:00`));
        }}
      >
        <label class="field"><span class="label">{t("thread.date")}</span><input id="go-to-day" type="date" required value={day} onInput={(event) => setDay(event.currentTarget.value)} /></label>
        <button class="primary">{t("thread.go")}</button>
      </form>
      <h3>{t("thread.all_conversations")}</h3>
      <Show loaded={loaded}>
        {({ items, next_cursor: more }) => (
          <>
            <ul class="past">
              {items.map((one) => (
                <li key={one.id}>
                  <button type="button" class="past-go" onClick={() => go(new Date(one.opened_at))}>
                    <span class="past-top"><time dateTime={one.opened_at}>{dayAndTime(one.opened_at)}</time><span class={`kind kind-${one.channel.kind}`}>{named("kinds", one.channel.kind)}</span></span>
                    {one.last_message && <span class="past-words" dir="auto">{one.last_message.preview}</span>}
                  </button>
                </li>
              ))}
            </ul>
            {more && limit === FIRST && <button type="button" onClick={() => setLimit(MORE)}>{t("thread.more_conversations")}</button>}
          </>
        )}
      </Show>
    </Dialog>
  );
}
