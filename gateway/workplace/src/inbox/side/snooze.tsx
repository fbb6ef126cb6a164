// Setting a conversation aside until a time.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { fullTime } from "../../core/time.js";
import { t } from "../../core/words.ts";
import { lazy } from "../../ui/lazy.tsx";
import { change } from "../doing.ts";
import type { Conversation } from "../types.ts";

const SnoozeBox = lazy(() => import("./snooze_box.tsx"));

export function SnoozeButton({ conversation }: { conversation: Conversation }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" data-action="snooze" onClick={() => setOpen(true)}>{t("side.snooze")}</button>
      {open && <SnoozeBox conversation={conversation} onClose={() => setOpen(false)} />}
    </>
  );
}

/** That it is set aside, until when, and taking it back. */
export function Snoozed({ conversation, may }: { conversation: Conversation; may: boolean }) {
  const { api } = here();
  const { snooze, id } = conversation;
  if (!snooze) return null;
  const end = () => change(id, () => api.request("DELETE", `/conversations/${id}/snooze`));
  return (
    <div class="told">
      <p><strong>{t("side.snoozed_until", { time: fullTime(snooze.until) })}</strong></p>
      {snooze.note && <p class="words" dir="auto">{snooze.note}</p>}
      {may && <button type="button" onClick={() => void end()}>{t("side.snooze_end")}</button>}
    </div>
  );
}
