// The audit log: who did what, and when; found by the server, and taken out as it was found.

import { useEffect, useState } from "preact/hooks";
import { saveFile } from "../core/files.ts";
import { fullTime } from "../core/time.js";
import { here } from "../core/session.ts";
import { language, named, t } from "../core/words.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { SelectField, TextField } from "../ui/form.tsx";
import { Empty, Page, Table } from "../ui/page.tsx";
import { Pages, usePages } from "../ui/pages_of.tsx";
import { useNames } from "./audit_names.ts";
import { pageOf, subjectOf, type Names } from "./audit_places.ts";
import { asked, NOTHING, SUBJECTS, type Wanted } from "./audit_asked.ts";
import type { Named } from "./known.ts";

interface Entry {
  id: string;
  at: string;
  by: string;
  action: string;
  object_id: string | null;
  reason: string | null;
  fields: string[];
  is_done: boolean;
}

const TYPED = 400; // milliseconds: a word is asked for when it is written

export default function Audit() {
  const { api } = here();
  const [wanted, setWanted] = useState<Wanted>(NOTHING);
  const query = asked(useRested(wanted));
  const pages = usePages<Entry>("/audit", query);
  const people = useLoaded<Named[]>(() => api.all("/operators"), []);
  const download = async () => {
    try {
      saveFile(await api.download("/audit/export", { ...query, format: "csv" }), "audit.csv");
    } catch (problem) {
      notify((problem as Error).message);
    }
  };
  return (
    <Page
      title={t("settings.audit.title")} hint={t("settings.audit.hint")}
      actions={<>
        <button type="button" onClick={() => void download()}>{t("settings.audit.download")}</button>
        <button type="button" onClick={() => void pages.loaded.reload()}>{t("settings.read_again")}</button>
      </>}
    >
      <Filters wanted={wanted} people={people.value ?? []} onChange={setWanted} />
      <Pages pages={pages}>{(items) => (items.length ? <Entries entries={items} people={people.value ?? []} /> : <Empty text={t("settings.audit.none")} />)}</Pages>
    </Page>
  );
}

/** The value, once it has not changed for a moment. */
function useRested<T>(value: T): T {
  const [rested, rest] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => rest(value), TYPED);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

function Filters({ wanted, people, onChange }: { wanted: Wanted; people: Named[]; onChange: (wanted: Wanted) => void }) {
  const all = { value: "", text: t("settings.audit.all") };
  const set = (change: Partial<Wanted>) => onChange({ ...wanted, ...change });
  const subjects = SUBJECTS.map((value) => ({ value, text: t(`settings.audit.subjects.${value}`) })).sort((one, other) => one.text.localeCompare(other.text));
  return (
    <div class="fields" role="group" aria-label={t("settings.audit.find")}>
      <SelectField label={t("settings.audit.who")} value={wanted.person} choices={[all, ...people.map((one) => ({ value: one.id, text: one.name }))]} onChange={(person) => set({ person })} />
      <SelectField label={t("settings.audit.about")} value={wanted.subject} choices={[all, ...subjects]} onChange={(subject) => set({ subject })} />
      <TextField label={t("settings.audit.object")} hint={t("settings.audit.object_hint")} value={wanted.object} onChange={(object) => set({ object })} />
      <TextField label={t("settings.audit.from")} type="date" value={wanted.from} onChange={(from) => set({ from })} />
      <TextField label={t("settings.audit.to")} type="date" value={wanted.to} onChange={(to) => set({ to })} />
    </div>
  );
}

function Entries({ entries, people }: { entries: Entry[]; people: Named[] }) {
  const names = useNames(entries.map((one) => subjectOf(one.action)));
  return (
    <Table
      label={t("settings.audit.title")} rows={entries} keyOf={(one) => one.id}
      columns={[
        { title: t("settings.time"), cell: (one) => fullTime(one.at, language.value, "medium") },
        { title: t("settings.audit.who"), cell: (one) => <span dir="auto">{whoOf(one, people)}</span> },
        { title: t("settings.audit.act"), cell: (one) => <>{actOf(one.action)}{!one.is_done && <> <span class="mark bad">{t("settings.audit.not_known")}</span></>}</> },
        { title: t("settings.audit.object"), cell: (one) => objectOf(one, names) },
        { title: t("settings.audit.what"), cell: whatOf },
      ]}
    />
  );
}

/** `by` is `kind:id`; who is no person any more, or a program, is shown as that. */
function whoOf({ by }: Entry, people: Named[]): string {
  const id = by.slice(by.indexOf(":") + 1);
  return people.find((one) => one.id === id)?.name ?? by;
}

/** What is gone, or has no name, is shown by its id. */
function objectOf({ action, object_id: id }: Entry, names: Names) {
  if (!id) return "–";
  const page = pageOf(action, id, names);
  const name = names.get(id);
  const shown = name ? <span dir="auto">{name}</span> : <code class="small">{id}</code>;
  return page ? <a href={page}>{shown}</a> : shown;
}

function actOf(action: string): string {
  const [subject = "", act = ""] = action.split(".");
  return `${named("settings.audit.subjects", subject)}: ${named("settings.audit.acts", act)}`;
}

/** Say what was changed, by the names that the API has for it, and the reason that somebody gave. */
function whatOf({ fields, reason }: Entry) {
  if (!fields.length && !reason) return "–";
  return <>{fields.length > 0 && <code>{fields.join(", ")}</code>} {reason && <span dir="auto">{reason}</span>}</>;
}
