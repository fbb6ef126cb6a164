// The workspace: its name, languages, time zone and habits; what it may use, and texts that lack a language.

import { useState } from "preact/hooks";
import { atLeast } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Form } from "../ui/form.tsx";
import { Page, Section, Show, Table } from "../ui/page.tsx";
import { draftOf, patchOf, type Draft } from "./draft.ts";
import { Fields, filled, type Field } from "./fields.tsx";
import { timeZones } from "./hours.tsx";

const BLANK: Draft = {
  time_zone: "UTC", language: "en", languages: [], auto_reply_spacing_seconds: 3600, join_auto_replies: true, presence_grace_seconds: 60,
  return_after_seconds: null, manual_over_capacity: false, assistants_may_send: false, marketing_needs_consent: true, masked_roles: [],
  notices_show_names: false,
  second_factor_required: false,
};

type Workspace = Draft & { name: string; settings: Draft };

export default function WorkspacePage() {
  const { api, me } = here();
  const loaded = useLoaded<Workspace>(() => api.request("GET", "/workspace"), []);
  const may = atLeast(me, "administrator");
  return (
    <Page title={t("settings.workspace.title")} hint={t("settings.workspace.hint")}>
      <Show loaded={loaded}>{(workspace) => <Settings workspace={workspace} may={may} />}</Show>
      {may && <Missing />}
      {may && <Quotas />}
    </Page>
  );
}

function Settings({ workspace, may }: { workspace: Workspace; may: boolean }) {
  const { api } = here();
  const shown = (one: Workspace): Draft => ({ name: one.name, settings: draftOf(one.settings, BLANK) });
  const [before, setBefore] = useState(() => shown(workspace));
  const [draft, setDraft] = useState(before);
  const sent = (one: Draft): Draft => ({ ...one, settings: { ...(one["settings"] as Draft), languages: filled((one["settings"] as Draft)["languages"]) } });
  const patch = patchOf(sent(before), sent(draft));
  const send = async () => {
    if (!patch) return;
    const now = shown(await api.request("PATCH", "/workspace", { body: patch }));
    setBefore(now);
    setDraft(now);
  };
  return (
    <section class="section">
      <fieldset class="bare" disabled={!may}>
        <Form send={send} changed={patch !== null}><Fields table={fields()} draft={draft} set={setDraft} /></Form>
      </fieldset>
    </section>
  );
}

type Word = keyof typeof import("../languages/en/settings_workspace.ts").default.workspace.fields;
const word = (name: Word) => ({ name: `settings.${name}`, label: t(`settings.workspace.fields.${name}`), hint: t(`settings.workspace.hints.${name}`) });

const part = (name: "texts" | "people" | "customers"): Field => ({ kind: "own", draw: () => <h3 class="form-part">{t(`settings.workspace.parts.${name}`)}</h3> });

function fields(): Field[] {
  return [
    { kind: "text", name: "name", label: t("settings.name"), maxLength: 200 },
    { kind: "select", ...word("time_zone"), choices: timeZones() },
    part("texts"),
    { kind: "text", ...word("language"), maxLength: 35 },
    { kind: "list", ...word("languages") },
    { kind: "duration", ...word("auto_reply_spacing_seconds") },
    { kind: "check", ...word("join_auto_replies") },
    part("people"),
    { kind: "duration", ...word("presence_grace_seconds") },
    { kind: "duration", ...word("return_after_seconds") },
    { kind: "check", ...word("manual_over_capacity") },
    { kind: "check", ...word("assistants_may_send") },
    { kind: "check", ...word("second_factor_required") },
    part("customers"),
    { kind: "check", ...word("marketing_needs_consent") },
    { kind: "checks", ...word("masked_roles"), choices: (["operator", "supervisor", "manager"] as const).map((value) => ({ value, text: t(`roles.${value}`) })) },
    { kind: "check", ...word("notices_show_names") },
  ];
}

interface MissingText {
  kind: "queue_text" | "prepared_reply";
  id: string;
  name: string;
  occasion: string | null;
  languages: string[];
}

function Missing() {
  const { api } = here();
  const loaded = useLoaded<MissingText[]>(() => api.all("/workspace/missing-translations"), []);
  return (
    <Section title={t("settings.workspace.missing")} hint={t("settings.workspace.missing_hint")}>
      <Show loaded={loaded}>
        {(all) => (all.length ? (
          <Table
            label={t("settings.workspace.missing")} rows={all} keyOf={(one) => `${one.id}-${one.occasion}`}
            columns={[
              { title: t("settings.workspace.text"), cell: (one) => (one.occasion ? `${one.name}: ${t(`settings.texts.occasions.${one.occasion}` as "settings.texts.occasions.greeting")}` : one.name) },
              { title: t("settings.workspace.lacks"), cell: (one) => one.languages.join(", ") },
            ]}
          />
        ) : <p class="soft">{t("settings.workspace.nothing_missing")}</p>)}
      </Show>
    </Section>
  );
}

const USES = ["storage_bytes", "requests_per_second", "searches_at_once", "dead_letters"] as const;

function Quotas() {
  const { api } = here();
  const loaded = useLoaded<Record<(typeof USES)[number], { limit: number | null; used: number | null }>>(() => api.request("GET", "/workspace/quotas"), []);
  const shown = (name: string, value: number | null) => (value === null ? "–" : name === "storage_bytes" ? t("settings.workspace.megabytes", { n: Math.round(value / 1e6) }) : value.toLocaleString());
  return (
    <Section title={t("settings.workspace.quotas")} hint={t("settings.workspace.quotas_hint")}>
      <Show loaded={loaded}>
        {(quotas) => (
          <Table
            label={t("settings.workspace.quotas")} rows={USES} keyOf={(one) => one}
            columns={[
              { title: t("settings.workspace.of_what"), cell: (one) => t(`settings.workspace.uses.${one}`) },
              { title: t("settings.workspace.used"), figures: true, cell: (one) => shown(one, quotas[one].used) },
              { title: t("settings.workspace.limit"), figures: true, cell: (one) => (quotas[one].limit === null ? t("settings.workspace.no_limit") : shown(one, quotas[one].limit)) },
            ]}
          />
        )}
      </Show>
    </Section>
  );
}
