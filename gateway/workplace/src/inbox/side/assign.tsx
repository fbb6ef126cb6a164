// Giving a conversation to somebody, and saying how urgent it is.

import { useState } from "preact/hooks";
import { here } from "../../core/session.ts";
import { t } from "../../core/words.ts";
import { useStore } from "../../frame/use_store.ts";
import { SelectField } from "../../ui/form.tsx";
import { change } from "../doing.ts";
import { statusName } from "../team.js";
import type { Conversation } from "../types.ts";

interface Operator {
  id: string;
  name: string;
  status: string;
  active?: boolean;
}

export function Assign({ conversation }: { conversation: Conversation }) {
  const { api, store, me } = here();
  const [choice, setChoice] = useState("");
  const operators: Map<string, Operator> = useStore((state) => state.operators);
  useStore((state) => state.statuses);
  const people = [...operators.values()].filter((one) => one.active !== false && one.id !== conversation.operator_id);
  people.sort((one, other) => one.name.localeCompare(other.name));
  const text = (one: Operator) => (one.id === me.id ? t("side.you", { name: one.name }) : `${one.name} · ${statusName(store.state, one.status).toLowerCase()}`);

  async function assign(event: Event) {
    event.preventDefault();
    const chosen = (document.getElementById("assign-choice") as HTMLSelectElement).value;
    if (!chosen) return;
    const body = { operator_id: chosen, ...(conversation.operator_id !== null && { take_over: true }) };
    const done = await change(conversation.id, () => api.assign(conversation.id, body), { not_found: t("side.taken") });
    if (done) setChoice("");
  }

  return (
    <form class="assign" onSubmit={assign}>
      <h3 id="assign-title">{t("side.assign_to")}</h3>
      <div class="assign-row">
        <select id="assign-choice" aria-label={t("side.operator")} value={choice} onChange={(event) => setChoice(event.currentTarget.value)}>
          <option value="">{t("side.choose_operator")}</option>
          {people.map((one) => <option key={one.id} value={one.id}>{text(one)}</option>)}
        </select>
        <button id="assign-button">{t("side.assign")}</button>
      </div>
    </form>
  );
}

const STEPS = [[0, "usual"], [10, "raised"], [50, "high"], [100, "urgent"]] as const;

export function Priority({ conversation }: { conversation: Conversation }) {
  const { api } = here();
  const { id, priority } = conversation;
  const choices: { value: string; text: string }[] = STEPS.map(([value, name]) => ({ value: String(value), text: t(`side.priorities.${name}`) }));
  if (!choices.some((one) => one.value === String(priority))) choices.push({ value: String(priority), text: String(priority) });
  const set = (value: string) => void change(id, () => api.request("PUT", `/conversations/${id}/priority`, { body: { priority: Number(value) } }));
  return <SelectField label={t("side.priority")} value={String(priority)} choices={choices} onChange={set} />;
}
