// Segments: customers by what is known of them, for campaigns.

import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { nameOf } from "../inbox/side/contact_name.ts";
import type { Contact } from "../inbox/types.ts";
import { Section, Show } from "../ui/page.tsx";
import { at, withValue, type Draft } from "./draft.ts";
import { filled, type Field } from "./fields.tsx";
import type { Named } from "./known.ts";
import { Records, type Kind } from "./records.tsx";
import { Conditions, type Condition } from "./segment_conditions.tsx";

interface Segment extends Named {
  filter: Draft;
  missing: string[];
}

interface Known {
  tags: Named[];
  fields: { key: string; name: string; type: string }[];
}

const ACCOUNTS = ["whatsapp", "telegram", "webchat"] as const;
const EMPTY = { any_tags: [], all_tags: [], no_tags: [], languages: [], fields: [], seen_within_days: null, not_seen_for_days: null, accounts: [], consent: null, accepts_marketing: null };

/** A choice between yes, no and whatever. */
function yesNo(name: string, label: string, yes: string, no: string): Field {
  return { kind: "own", draw: (draft, set) => {
    const value = at(draft, name);
    return (
      <div class="field">
        <label for={name}>{label}</label>
        <select id={name} value={value === null || value === undefined ? "" : String(value)} onChange={({ currentTarget: { value: next } }) => set(withValue(draft, name, next === "" ? null : next === "true"))}>
          <option value="">{t("settings.segments.any")}</option>
          <option value="true">{yes}</option>
          <option value="false">{no}</option>
        </select>
      </div>
    );
  } };
}

export default function Segments() {
  const { api } = here();
  const kind: Kind<Segment, Known> = {
    name: "segments", path: "/segments", title: t("settings.segments.title"), hint: t("settings.segments.hint"), none: t("settings.segments.none"),
    least: "administrator", nameOf: (one) => one.name,
    read: async () => {
      const [tags, fields] = await Promise.all([api.all("/tags"), api.all("/contact-fields")]);
      return { tags, fields };
    },
    columns: () => [{ title: t("settings.segments.faults"), cell: (one) => (one.missing.length ? <span class="warn-text">{t("settings.segments.missing", { names: one.missing.join(", ") })}</span> : "–") }],
    blank: { name: "", filter: EMPTY },
    toSend: ({ name, filter }) => ({ name, filter: { ...(filter as Draft), languages: filled((filter as Draft)["languages"]) } }),
    fields: ({ known }) => fieldsOf(known),
    more: (one) => <Members key={JSON.stringify(one.filter)} id={one.id} />,
  };
  return <Records kind={kind} />;
}

function fieldsOf({ tags, fields }: Known): Field[] {
  const names = tags.map((one) => ({ value: one.name, text: one.name }));
  const tagged = (["any_tags", "all_tags", "no_tags"] as const).map((one): Field => ({ kind: "checks", name: `filter.${one}`, label: t(`settings.segments.${one}`), choices: names }));
  return [
    { kind: "text", name: "name", label: t("settings.name"), maxLength: 100 },
    ...(names.length ? tagged : []),
    { kind: "list", name: "filter.languages", label: t("settings.segments.languages"), hint: t("settings.segments.languages_hint") },
    { kind: "number", name: "filter.seen_within_days", label: t("settings.segments.seen_within_days"), min: 1 },
    { kind: "number", name: "filter.not_seen_for_days", label: t("settings.segments.not_seen_for_days"), min: 1 },
    { kind: "checks", name: "filter.accounts", label: t("settings.segments.accounts"), choices: ACCOUNTS.map((value) => ({ value, text: t(`settings.segments.kinds.${value}`) })) },
    yesNo("filter.consent", t("settings.segments.consent"), t("settings.segments.recorded"), t("settings.segments.not_recorded")),
    yesNo("filter.accepts_marketing", t("settings.segments.accepts"), t("settings.segments.not_opted_out"), t("settings.segments.opted_out")),
    ...(fields.length ? [{ kind: "own" as const, draw: (draft: Draft, set: (draft: Draft) => void) => (
      <Conditions fields={fields} conditions={(at(draft, "filter.fields") as Condition[] | undefined) ?? []} onChange={(next) => set(withValue(draft, "filter.fields", next))} />
    ) }] : []),
  ];
}

interface Preview {
  customers: number;
  is_all: boolean;
  first: Contact[];
}

/** Who is in it now. */
function Members({ id }: { id: string }) {
  const { api } = here();
  const loaded = useLoaded<Preview>(() => api.request("GET", `/segments/${id}/preview`), [id]);
  return (
    <Section title={t("settings.segments.members")}>
      <Show loaded={loaded}>
        {({ customers, is_all: isAll, first }) => (
          <>
            <p>{t(isAll ? "settings.segments.customers" : "settings.segments.at_least", { n: customers })}</p>
            <ul class="plain">{first.map((one) => <li key={one.id}><a href={`/contacts/${one.id}`} dir="auto">{nameOf(one)}</a></li>)}</ul>
          </>
        )}
      </Show>
    </Section>
  );
}
