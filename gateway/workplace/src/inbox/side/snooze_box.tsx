// Until when a conversation is set aside.

import { useState } from "preact/hooks";
import { serverNow } from "../../core/clock.js";
import { here } from "../../core/session.ts";
import { putConversation } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Form, SelectField, TextField } from "../../ui/form.tsx";
import type { Conversation } from "../types.ts";
import { CHOICES, localInput, snoozeTime, type SnoozeChoice } from "./snooze_times.ts";

export default function SnoozeBox({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { api, store } = here();
  const [choice, setChoice] = useState<SnoozeChoice | "own_time">("in_an_hour");
  const [own, setOwn] = useState(() => localInput(snoozeTime("tomorrow_morning", serverNow())));
  const [note, setNote] = useState("");
  const send = async () => {
    const until = choice === "own_time" ? new Date(own) : snoozeTime(choice, serverNow());
    const body = { until: until.toISOString(), ...(note.trim() && { note: note.trim() }) };
    const view = await api.request("PUT", `/conversations/${conversation.id}/snooze`, { body });
    store.set((state: object) => putConversation(state, view));
    onClose();
  };
  const choices = [...CHOICES, "own_time" as const].map((value) => ({ value, text: t(`side.${value}`) }));
  return (
    <Dialog title={t("side.snooze")} onClose={onClose}>
      <Form send={send} submit={t("side.snooze")} onCancel={onClose}>
        <SelectField label={t("side.snooze_until")} pointer="/until" value={choice} choices={choices} onChange={(value) => setChoice(value as SnoozeChoice)} />
        {choice === "own_time" && <TextField label={t("side.time")} type="datetime-local" value={own} onChange={setOwn} />}
        <TextField label={t("side.snooze_note")} pointer="/note" value={note} onChange={setNote} />
      </Form>
    </Dialog>
  );
}
