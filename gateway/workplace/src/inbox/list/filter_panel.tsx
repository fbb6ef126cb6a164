// Narrowing the list down: by channel, queue, operator, tag, topic, window, due; and views under a name.

import { useEffect, useState } from "preact/hooks";
import { newKey } from "../../core/api.js";
import type { Tally, ViewCount } from "../../core/counting.ts";
import { meaningful, type Filter } from "../../core/filtering.ts";
import { atLeast } from "../../core/rights.ts";
import { here } from "../../core/session.ts";
import type { State } from "../../core/store.js";
import { language, t } from "../../core/words.ts";
import { notify } from "../../frame/notices.js";
import { useLoaded } from "../../frame/use_loaded.ts";
import { useStore } from "../../frame/use_store.ts";
import { AskFirst } from "../../ui/ask.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { CheckField, Form, SelectField, TextField, type Choice } from "../../ui/form.tsx";
import { offered, paths } from "../side/topic_tree.ts";
import type { Tag, Topic } from "../types.ts";
import { picked, theList } from "./actions.ts";
import { sayDone, type Answer } from "./bulk_said.ts";
import { filterPatch, topicsOf, viewShown, type SavedView } from "./saved_views.ts";

interface Named {
  id: string;
  name: string;
}

export default function Panel() {
  const { api } = here();
  const filter: Filter = useStore((state) => state.filter);
  const queues: Map<string, Named> = useStore((state) => state.queues);
  const operators: Map<string, Named> = useStore((state) => state.operators);
  const channels = useLoaded<Named[]>(() => api.channels(), []).value ?? [];
  const tags = useLoaded<Tag[]>(() => api.all("/tags"), [], ["tag."]).value ?? [];
  const topics = useLoaded<Topic[]>(() => api.all("/topics"), [], ["topic."]).value ?? [];
  const path = paths(topics);
  const set = (part: Record<string, unknown>) => {
    const next = meaningful({ ...filter, ...part });
    theList().show({ filter: next, topics: topicsOf(topics, next.topic_id) });
  };
  const any = { value: "", text: t("list.any") };
  const of = (items: Iterable<Named>): Choice[] => [any, ...[...items].map((one) => ({ value: one.id, text: one.name }))];
  const words = (names: readonly ("open" | "closed" | "running" | "breached" | "hidden" | "only")[], prefix: "windows" | "targets" | "asides") =>
    [any, ...names.map((one) => ({ value: one, text: t(`list.${prefix}.${one}` as "list.windows.open") }))];
  return (
    <section class="filters" aria-label={t("list.filters")}>
      <Views topics={topics} />
      <SelectField label={t("side.channel")} value={filter.channel_id ?? ""} choices={of(channels)} onChange={(channel_id) => set({ channel_id })} />
      <SelectField label={t("side.queue")} value={filter.queue_id ?? ""} choices={of(queues.values())} onChange={(queue_id) => set({ queue_id })} />
      <SelectField label={t("side.operator")} value={filter.operator_id ?? ""} choices={of(operators.values())} onChange={(operator_id) => set({ operator_id })} />
      <SelectField label={t("list.tag")} value={filter.tag ?? ""} choices={[any, ...tags.map((one) => ({ value: one.name, text: one.name }))]} onChange={(tag) => set({ tag })} />
      {topics.length > 0 && <SelectField label={t("list.topic")} value={filter.topic_id ?? ""} choices={[any, ...offered(topics).map((one) => ({ value: one.id, text: path.get(one.id)! }))]} onChange={(topic_id) => set({ topic_id })} />}
      <SelectField label={t("side.window")} value={filter.window ?? ""} choices={words(["open", "closed"], "windows")} onChange={(window) => set({ window })} />
      <SelectField label={t("list.answer")} value={filter.target ?? ""} choices={words(["running", "breached"], "targets")} onChange={(target) => set({ target })} />
      <SelectField
        label={t("list.set_aside")} value={filter.snoozed === undefined ? "" : filter.snoozed ? "only" : "hidden"} choices={words(["hidden", "only"], "asides")}
        onChange={(value) => set({ snoozed: value === "" ? undefined : value === "only" })}
      />
      <div class="side-actions">
        <button type="button" onClick={() => theList().show({ filter: {}, topics: new Set() })}>{t("list.clear")}</button>
        <button type="button" id="pick-several" onClick={() => { picked.value = picked.value ? null : new Set(); }}>{t("list.pick")}</button>
        <GiveBack />
      </div>
    </section>
  );
}

/** All of one's own conversations at once, as before going home. */
function GiveBack() {
  const { api } = here();
  const give = async () => {
    const { items }: Answer = await api.request("POST", "/me/give-back");
    sayDone(items);
  };
  return <AskFirst label={t("list.give_back")} title={t("list.give_back")} text={t("list.give_back_text")} confirm={t("list.give_back")} act={give} />;
}

/** Saved views: choosing one, saving what is shown, deleting. */
function Views({ topics }: { topics: readonly Topic[] }) {
  const { api, me, store } = here();
  const [saving, setSaving] = useState(false);
  const views = useLoaded<SavedView[]>(() => api.all("/views"), []);
  const countAnew = () => store.set((before: State) => ({ ...before, savedShown: before.savedShown + 1 }));
  useEffect(() => {
    countAnew();
    return () => store.set({ savedShown: 0 });
  }, [store]);
  const saveDone = async () => {
    await views.reload();
    countAnew();
  };
  const state = useStore((all) => all);
  const known = views.value ?? [];
  const current = known.find((one) => viewShown(one, state));
  const saved: ReadonlyMap<string, ViewCount> | undefined = (state.tally as Tally | null)?.saved;
  const count = (one: SavedView) => {
    const counted = saved?.get(one.id);
    return counted && counted.count !== null ? ` (${counted.count.toLocaleString(language.value)}${counted.more ? "+" : ""})` : "";
  };
  const choose = (id: string) => {
    const view = known.find((one) => one.id === id);
    theList().show(view ? filterPatch(view, topics) : { filter: {}, topics: new Set() });
  };
  const remove = async () => {
    await api.request("DELETE", `/views/${current!.id}`).catch((problem: Error) => notify(problem.message));
    await views.reload();
  };
  return (
    <div class="views">
      {known.length > 0 && (
        <SelectField
          label={t("list.view")} value={current?.id ?? ""} onChange={choose}
          choices={[{ value: "", text: t("list.no_view") }, ...known.map((one) => ({ value: one.id, text: one.name + count(one) }))]}
        />
      )}
      <div class="side-actions">
        <button type="button" id="save-view" onClick={() => setSaving(true)}>{t("list.save_view")}</button>
        {current && (current.owner_id === me.id || atLeast(me, "manager")) && <button type="button" onClick={() => void remove()}>{t("list.delete_view")}</button>}
      </div>
      {saving && <SaveView state={store.state} onClose={() => setSaving(false)} onSaved={saveDone} />}
    </div>
  );
}

function SaveView({ state, onClose, onSaved }: { state: { view: string; order: string; search: string; filter: Filter }; onClose: () => void; onSaved: () => Promise<void> }) {
  const { api, me } = here();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [key] = useState(newKey);
  const send = async () => {
    const { view, order, search } = state;
    const filter = { ...state.filter, ...(view === "closed" ? { state: "closed" } : { view }), ...(search.trim() && { q: search.trim() }) };
    await api.request("POST", "/views", { body: { name, filter, order, shared }, key });
    await onSaved();
    onClose();
  };
  return (
    <Dialog title={t("list.save_view")} onClose={onClose}>
      <Form send={send} onCancel={onClose}>
        <TextField label={t("contacts.name")} pointer="/name" value={name} onChange={setName} />
        {atLeast(me, "supervisor") && <CheckField label={t("list.share")} pointer="/shared" checked={shared} onChange={setShared} />}
      </Form>
    </Dialog>
  );
}
