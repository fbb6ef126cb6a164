// The same action on several conversations that are picked in the list.

import { useState } from "preact/hooks";
import { serverNow } from "../../core/clock.js";
import { here } from "../../core/session.ts";
import { shownConversations } from "../../core/store.js";
import { atLeast } from "../../core/rights.ts";
import { t } from "../../core/words.ts";
import { notify } from "../../frame/notices.js";
import { useLoaded } from "../../frame/use_loaded.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Form, SelectField, TextField } from "../../ui/form.tsx";
import { CHOICES, snoozeTime, type SnoozeChoice } from "../side/snooze_times.ts";
import { picked } from "./actions.ts";

const MOST = 200; // in one request
const ACTIONS = ["assign", "transfer", "tag", "snooze", "close"] as const;
type Action = (typeof ACTIONS)[number];

export interface Answer {
  items: { id: string; ok: boolean; problem: { detail: string } | null }[];
}

export function BulkBar() {
  const { store } = here();
  const [action, setAction] = useState<Action | null>(null);
  const ids = picked.value;
  if (!ids) return null;
  const all = () => {
    picked.value = new Set(shownConversations(store.state).slice(0, MOST).map((one: { id: string }) => one.id));
  };
  return (
    <div class="bulk" role="group" aria-label={t("list.bulk.title")}>
      <p role="status">{t("list.bulk.chosen", { n: ids.size })}</p>
      <button type="button" onClick={all}>{t("list.bulk.all")}</button>
      {ACTIONS.map((one) => <button key={one} type="button" data-bulk={one} disabled={!ids.size} onClick={() => setAction(one)}>{t(`list.bulk.${one}`)}</button>)}
      <button type="button" onClick={() => { picked.value = null; }}>{t("ui.cancel")}</button>
      {action && <Box action={action} ids={[...ids]} onClose={() => setAction(null)} />}
    </div>
  );
}

interface Target {
  kind: "queue" | "operator";
  id: string;
  name: string;
}

function Box({ action, ids, onClose }: { action: Action; ids: string[]; onClose: () => void }) {
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

/** How many were done, and why the others were not: each reason once. */
export function sayDone(items: Answer["items"]): void {
  const refused = items.filter((one) => !one.ok);
  const done = items.length - refused.length;
  if (done) notify(t("list.bulk.done", { n: done }), "done");
  const reasons = [...new Set(refused.map((one) => one.problem?.detail ?? ""))].join(" ");
  if (refused.length) notify(`${t("list.bulk.refused", { n: refused.length })} ${reasons}`);
}
