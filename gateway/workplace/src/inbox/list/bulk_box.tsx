// What an action on several conversations needs to know: to whom, until when, which tag.

import { useState } from "preact/hooks";
import { serverNow } from "../../core/clock.js";
import { atLeast } from "../../core/rights.ts";
import { here } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { useLoaded } from "../../frame/use_loaded.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Form, SelectField, TextField } from "../../ui/form.tsx";
import { CHOICES, snoozeTime, type SnoozeChoice } from "../side/snooze_times.ts";
import { picked } from "./actions.ts";
import type { Action } from "./bulk.tsx";
import { sayDone, type Answer } from "./bulk_said.ts";

interface Target {
  kind: "queue" | "operator";
  id: string;
  name: string;
}

export default function Box({ action, ids, onClose }: { action: Action; ids: string[]; onClose: () => void }) {
  const { api, me, refresh } = here();
  const [to, setTo] = useState("");
  const [text, setText] = useState("");
  const [when, setWhen] = useState<SnoozeChoice>("in_an_hour");
  const targets = useLoaded<{ items: Target[] }>(() => api.transferTargets(true), []).value?.items ?? [];
  const people = useLoaded<Target[]>(() => api.operators(), []).value ?? [];

  const send = async () => {
    const [kind, id] = to.split(":");
    const more: Record<Action, object> = {
      assign: { operator_id: to, ...(atLeast(me, "supervisor") && { take_over: true }) },
      transfer: { [`${kind}_id`]: id, ...(text.trim() && { note: text.trim() }) },
      tag: { add: text.trim() ? [text.trim()] : [] },
      snooze: { until: snoozeTime(when, serverNow()).toISOString(), ...(text.trim() && { note: text.trim() }) },
      close: {},
    };
    const { items }: Answer = await api.request("POST", "/conversations/bulk", { body: { action, ids, ...more[action] } });
    sayDone(items);
    for (const one of items) if (!one.ok) refresh(one.id);
    picked.value = null;
    onClose();
  };

  const choices = (items: { value: string; text: string }[]) => [{ value: "", text: t("list.bulk.choose") }, ...items];
  return (
    <Dialog title={t(`list.bulk.${action}`)} onClose={onClose}>
      <Form send={send} submit={t("list.bulk.do", { n: ids.length })} onCancel={onClose}>
        {action === "assign" && (
          <SelectField label={t("side.operator")} pointer="/operator_id" value={to} onChange={setTo} choices={choices(people.map((one) => ({ value: one.id, text: one.name })))} />
        )}
        {action === "transfer" && (
          <>
            <SelectField label={t("list.bulk.to")} pointer="/queue_id" value={to} onChange={setTo} choices={choices(targets.map((one) => ({ value: `${one.kind}:${one.id}`, text: one.name })))} />
            <TextField label={t("transfer.note")} pointer="/note" value={text} onChange={setText} />
          </>
        )}
        {action === "tag" && <TextField label={t("list.tag")} pointer="/add/0" value={text} onChange={setText} />}
        {action === "snooze" && (
          <>
            <SelectField label={t("side.snooze_until")} pointer="/until" value={when} onChange={(value) => setWhen(value as SnoozeChoice)} choices={CHOICES.map((value) => ({ value, text: t(`side.${value}`) }))} />
            <TextField label={t("side.snooze_note")} pointer="/note" value={text} onChange={setText} />
          </>
        )}
        {action === "close" && <p>{t("list.bulk.close_text", { n: ids.length })}</p>}
      </Form>
    </Dialog>
  );
}
