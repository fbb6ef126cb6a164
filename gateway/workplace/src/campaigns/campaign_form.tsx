// What a campaign sends, in which variants, when, how fast and to whom not.

import { useMemo, useRef, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { serverNow } from "../core/clock.js";
import { t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { TemplatePreview } from "../templates/template_preview.tsx";
import type { Needed, Template } from "../templates/template_types.ts";
import { CheckField, Form, SelectField, TextField, type Choice } from "../ui/form.tsx";
import { Show } from "../ui/page.tsx";
import type { Campaign, Named } from "./campaign_types.ts";
import { blankFor, draftOf, fieldsOf, keyOf, templateOf, type CampaignDraft } from "./draft.ts";
import { FileSlot } from "./file_slot.tsx";
import { messagePreview } from "./message_preview.ts";
import { slotsOf, usualColumn, type Slot, type Texts } from "./variables.ts";

interface Given {
  campaign: Campaign | null;
  numbers: readonly Named[];
  save: (fields: Record<string, unknown>) => Promise<void>;
  done: () => void;
}

/** The form, once the templates are read whose fields it shows. */
export function CampaignForm(given: Given) {
  const { api } = here();
  const loaded = useLoaded<Template[]>(() => api.all("/templates", { usable: true }), []);
  return <Show loaded={loaded}>{(templates) => <Inputs {...given} templates={templates} />}</Show>;
}

function Inputs({ campaign, numbers, save, done, templates }: Given & { templates: Template[] }) {
  const first = useMemo(() => (campaign ? draftOf(campaign, templates) : blankFor(numbers[0]?.id ?? "")), []);
  const [draft, setDraft] = useState(first);
  const [saved, setSaved] = useState(first);
  const latest = useRef(campaign);
  latest.current = campaign;
  const set = (change: Partial<CampaignDraft>) => setDraft((before) => ({ ...before, ...change }));
  const columns = campaign?.audience?.columns ?? [];
  const mine = templates.filter((one) => one.channel_id === draft.channel_id && one.category !== "authentication");
  const send = async () => {
    if (!draft.template || (draft.has_variant && !draft.variant_template)) throw new Error(t("campaigns.choose_template"));
    await save(fieldsOf(draft, templates, latest.current, { at: new Date(serverNow()).toISOString(), wording: t("campaigns.consent_wording") }));
    setSaved(draft);
  };
  return (
    <Form send={send} done={done} changed={JSON.stringify(draft) !== JSON.stringify(saved)} submit={campaign ? t("ui.save") : t("campaigns.make")}>
      <TextField label={t("settings.name")} pointer="/name" maxLength={200} value={draft.name} onChange={(name) => set({ name })} />
      <SelectField
        label={t("templates.number")} pointer="/channel_id" value={draft.channel_id} choices={numbers.map((one) => ({ value: one.id, text: one.name }))}
        onChange={(channel_id) => set({ channel_id, template: "", variant_template: "" })}
      />
      <SelectField label={t("campaigns.template")} pointer="/template" hint={mine.length ? "" : t("campaigns.no_template")} value={draft.template} choices={choicesOf(mine, draft.template)} onChange={(template) => set({ template, texts: {} })} />
      <SlotFields prefix="" pointer="/variables" needed={needsOf(draft.template, templates)} columns={columns} texts={draft.texts} onChange={(texts) => set({ texts })} />
      <Looks template={templateOf(draft.template, templates)} texts={draft.texts} columns={columns} />
      <CheckField label={t("campaigns.by_language")} hint={t("campaigns.by_language_hint")} checked={draft.by_language} onChange={(by_language) => set({ by_language })} />
      <CheckField label={t("campaigns.two_variants")} hint={t("campaigns.two_variants_hint")} checked={draft.has_variant} onChange={(has_variant) => set({ has_variant })} />
      {draft.has_variant && (
        <fieldset class="field">
          <legend>{t("campaigns.variant_b")}</legend>
          <SelectField label={t("campaigns.template_b")} pointer="/variant/template" value={draft.variant_template} choices={choicesOf(mine, draft.variant_template)} onChange={(variant_template) => set({ variant_template, variant_texts: {} })} />
          <SlotFields prefix="B: " pointer="/variant/variables" needed={needsOf(draft.variant_template, templates)} columns={columns} texts={draft.variant_texts} onChange={(variant_texts) => set({ variant_texts })} />
          <Looks template={templateOf(draft.variant_template, templates)} texts={draft.variant_texts} columns={columns} />
          <TextField label={t("campaigns.share")} pointer="/variant/share" type="number" min={1} max={99} value={draft.share} onChange={(share) => set({ share })} />
        </fieldset>
      )}
      <TextField label={t("campaigns.consent")} hint={t("campaigns.consent_hint")} pointer="/consent/source" maxLength={200} value={draft.consent} onChange={(consent) => set({ consent })} />
      <When draft={draft} set={set} />
    </Form>
  );
}

/** What the customer sees, with columns where their values will stand. */
function Looks({ template, texts, columns }: { template: Template | undefined; texts: Texts; columns: readonly string[] }) {
  if (!template) return null;
  const usual = (name: string) => braced(usualColumn(template.parameters_needed, name, columns));
  return (
    <div class="field" role="group" aria-label={t("templates.preview")}>
      <p class="field-title" aria-hidden="true">{t("templates.preview")}</p>
      <TemplatePreview preview={messagePreview(template.components, texts, usual)} />
    </div>
  );
}

const needsOf = (key: string, templates: readonly Template[]): Needed => templateOf(key, templates)?.parameters_needed ?? {};

/** Templates to choose from; one that can't be sent any more stays there while it is chosen. */
function choicesOf(templates: readonly Template[], chosen: string): Choice[] {
  const choices = templates.map((one) => ({ value: keyOf(one), text: `${one.name} (${one.language}) · ${t(one.category === "marketing" ? "templates.categories.marketing" : "templates.categories.utility")}` }));
  const known = choices.some((one) => one.value === chosen);
  return [{ value: "", text: t("campaigns.choose") }, ...(chosen && !known ? [{ value: chosen, text: chosen }] : []), ...choices];
}

function When({ draft, set }: { draft: CampaignDraft; set: (change: Partial<CampaignDraft>) => void }) {
  return (
    <details open={Boolean(draft.schedule_at || draft.rate || draft.quiet_begin || draft.cap_messages || draft.region)}>
      <summary>{t("campaigns.when")}</summary>
      <TextField label={t("campaigns.schedule_at")} hint={t("campaigns.schedule_hint")} pointer="/schedule_at" type="datetime-local" value={draft.schedule_at} onChange={(schedule_at) => set({ schedule_at })} />
      <TextField label={t("campaigns.rate")} hint={t("campaigns.rate_hint")} pointer="/rate_per_second" type="number" min={1} max={1000} value={draft.rate} onChange={(rate) => set({ rate })} />
      <TextField label={t("campaigns.quiet_begin")} hint={t("campaigns.quiet_hint")} pointer="/quiet_hours/begin" type="time" value={draft.quiet_begin} onChange={(quiet_begin) => set({ quiet_begin })} />
      <TextField label={t("campaigns.quiet_end")} pointer="/quiet_hours/end" type="time" value={draft.quiet_end} onChange={(quiet_end) => set({ quiet_end })} />
      <TextField label={t("campaigns.cap_messages")} hint={t("campaigns.cap_hint")} pointer="/frequency_cap/messages" type="number" min={1} max={20} value={draft.cap_messages} onChange={(cap_messages) => set({ cap_messages })} />
      <TextField label={t("campaigns.cap_days")} pointer="/frequency_cap/days" type="number" min={1} max={90} value={draft.cap_days} onChange={(cap_days) => set({ cap_days })} />
      <TextField label={t("campaigns.region")} hint={t("campaigns.region_hint")} pointer="/region" maxLength={2} placeholder="DE" value={draft.region} onChange={(region) => set({ region })} />
    </details>
  );
}

/** What goes where in the template: texts with columns of the list in double braces. */
function SlotFields({ prefix, pointer, needed, columns, texts, onChange }: { prefix: string; pointer: string; needed: Needed; columns: readonly string[]; texts: Texts; onChange: (texts: Texts) => void }) {
  const slots = slotsOf(needed);
  if (!slots.length) return null;
  const list = prefix ? "campaign-columns-b" : "campaign-columns";
  return (
    <>
      <p class="soft small">{t("campaigns.variables_hint")}{columns.length > 0 && ` ${t("campaigns.columns", { names: columns.map((one) => `{{ ${one} }}`).join(", ") })}`}</p>
      {slots.map((one) => one.kind === "file" ? (
        <FileSlot key={one.key} label={prefix + labelOf(one)} pointer={pointer + one.pointer} kind={one.name} list={list} value={texts[one.key] ?? ""} onChange={(value) => onChange({ ...texts, [one.key]: value })} />
      ) : (
        <TextField
          key={one.key} label={prefix + labelOf(one)} pointer={pointer + one.pointer} list={list} placeholder={one.kind === "body" && !one.card ? braced(usualColumn(needed, one.name, columns)) : ""}
          value={texts[one.key] ?? ""} onChange={(value) => onChange({ ...texts, [one.key]: value })}
        />
      ))}
      <datalist id={list}>{columns.map((one) => <option key={one} value={`{{ ${one} }}`} />)}</datalist>
    </>
  );
}

const braced = (column: string): string => column && `{{ ${column} }}`;

function labelOf({ kind, name, card }: Slot): string {
  const label = t(`campaigns.slots.${kind}`, { name });
  return card ? `${t("offer.card", { n: card })}: ${label}` : label;
}
