// Sending what stands in the composer at a later time.

import { useState } from "preact/hooks";
import { newKey } from "../../core/api.js";
import { serverNow } from "../../core/clock.js";
import { here } from "../../core/session.ts";
import { withMessage } from "../../core/store.js";
import { t } from "../../core/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Form, SelectField, TextField } from "../../ui/form.tsx";
import { theField } from "../composing.ts";
import { CHOICES, localInput, snoozeTime, type SnoozeChoice } from "../side/snooze_times.ts";

export default function LaterBox({ id, onClose }: { id: string; onClose: () => void }) {
  const { api, store } = here();
  const [choice, setChoice] = useState<SnoozeChoice | "own_time">("in_an_hour");
  const [own, setOwn] = useState(() => localInput(snoozeTime("tomorrow_morning", serverNow())));
  const send = async () => {
    const at = choice === "own_time" ? new Date(own) : snoozeTime(choice, serverNow());
    const taken = theField().take();
    if (!taken) return onClose();
    const left = [...taken.contents];
    try {
      for (let first = true; left.length; first = false) {
        const body = { content: left[0], send_at: at.toISOString(), ...(first && taken.replyTo && { reply_to: taken.replyTo }) };
        const message = await api.request("POST", `/conversations/${id}/messages`, { body, key: newKey() });
        store.set((state: object) => withMessage(state, message));
        left.shift();
      }
    } catch (problem) {
      theField().putBack(left);
      throw problem;
    }
    onClose();
  };
  const choices = [...CHOICES, "own_time" as const].map((value) => ({ value, text: t(`side.${value}`) }));
  return (
    <Dialog title={t("composer.later")} onClose={onClose}>
      <Form send={send} submit={t("composer.later_do")} onCancel={onClose}>
        <SelectField label={t("composer.when")} hint={t("composer.later_hint")} pointer="/send_at" value={choice} choices={choices} onChange={(value) => setChoice(value as SnoozeChoice)} />
        {choice === "own_time" && <TextField label={t("side.time")} type="datetime-local" value={own} onChange={setOwn} />}
      </Form>
    </Dialog>
  );
}
