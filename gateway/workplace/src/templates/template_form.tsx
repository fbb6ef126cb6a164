// The draft of a template: what it says, what WhatsApp's rules say of it at its fields, and what the customer sees.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Problem } from "../core/api.js";
import { here } from "../core/session.ts";
import { fromServer } from "../core/say.ts";
import { language as shownIn, t } from "../core/words.ts";
import { Form, SelectField, TextArea, TextField } from "../ui/form.tsx";
import { DurationField } from "../ui/duration.tsx";
import { TemplateButtons, type Button } from "./template_buttons.tsx";
import { firstCards, TemplateCards, type Card } from "./template_cards.tsx";
import { componentsOf, fieldOf, FILE_HEADERS, partsOf, variablesIn } from "./template_parts.js";
import { TemplatePreview } from "./template_preview.tsx";
import { pictureOf, SampleField, type FileFormat } from "./template_sample.tsx";
import type { Component, Finding, Preview, Template } from "./template_types.ts";

const PAUSE = 300; // milliseconds after the last change
const SHAPES = ["one", "cards"] as const;
const HEADERS = ["TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"] as const;
const CATEGORIES = ["utility", "marketing"] as const;
/** Some of WhatsApp's codes, to choose from; any other one can be written. */
const USUAL_LANGUAGES = ["ar", "de", "en", "en_GB", "en_US", "es", "es_AR", "es_MX", "fr", "hi", "id", "it", "kk", "nl", "pl", "pt_BR", "pt_PT", "ru", "tr", "uk", "uz", "zh_CN"];

/** Their codes and names, in the order of the names. */
function languagesByName(): [string, string][] {
  const names = new Intl.DisplayNames([shownIn.value], { type: "language" });
  return USUAL_LANGUAGES.map((code): [string, string] => [code, names.of(code.replace("_", "-")) ?? code]).sort(([, one], [, other]) => one.localeCompare(other, shownIn.value));
}

interface Draft {
  channel_id: string;
  name: string;
  language: string;
  category: string;
  header: string;
  format: string;
  handle: string;
  body: string;
  footer: string;
  buttons: Button[];
  cards: Card[];
  examples: Record<string, string>;
  ttl_seconds: number | null;
  max_price_per_1000: number | null;
}

type Parts = "header" | "format" | "handle" | "body" | "footer" | "buttons" | "cards" | "examples";

export type TemplateFields = Omit<Draft, Parts> & { components: Component[] };

interface Lint {
  ok: boolean;
  findings: Finding[];
  preview: Preview;
}

function draftOf(template: Template | null, channelId: string): { draft: Draft; others: Component[] } {
  const latest = template?.draft ?? template;
  const { others, ...texts } = partsOf(latest?.components ?? []) as Pick<Draft, Parts> & { others: Component[] };
  const draft = {
    channel_id: template?.channel_id ?? channelId, name: template?.name ?? "", language: template?.language ?? "en", category: latest?.category ?? "utility",
    ttl_seconds: latest?.ttl_seconds ?? null, max_price_per_1000: latest?.max_price_per_1000 ?? null, ...texts,
  };
  return { draft, others };
}

function fieldsOf({ header, format, handle, body, footer, buttons, cards, examples, ...rest }: Draft, others: Component[]): TemplateFields {
  const price = rest.category === "marketing" ? rest.max_price_per_1000 : null;
  return { ...rest, name: rest.name.trim(), language: rest.language.trim(), max_price_per_1000: price, components: componentsOf({ header, format, handle, body, footer, buttons, cards, examples }, others) as Component[] };
}

/** Faults that the server found in components, at the form's fields. */
function atFields(problem: unknown, components: Component[]): unknown {
  if (!(problem instanceof Problem)) return problem;
  const given = problem as unknown as { errors: { pointer: string; message: string }[] };
  given.errors = given.errors.map((one) => ({ ...one, pointer: fieldOf(one.pointer, components) }));
  return problem;
}

/** What the linter objects to, at the form's fields. */
function faultsIn({ findings }: Lint, components: Component[]): Record<string, string> {
  const errors = findings.filter((one) => one.severity === "error");
  return Object.fromEntries(errors.map((one) => [fieldOf(one.pointer, components), fromServer(one.message)]).filter(([at]) => at).toReversed());
}

export function TemplateForm({ template, numbers, save, done }: {
  template: Template | null;
  numbers: readonly { id: string; name: string }[];
  /** Keeps the draft, and submits it; returns its id. */
  save: (fields: TemplateFields, submit: boolean) => Promise<string>;
  done: (id: string) => void;
}) {
  const { draft: first, others } = useMemo(() => draftOf(template, numbers[0]?.id ?? ""), []);
  const [draft, setDraft] = useState(first);
  const [saved, setSaved] = useState(first);
  const id = useRef("");
  const changed = draft !== saved && JSON.stringify(draft) !== JSON.stringify(saved);
  const fields = fieldsOf(draft, others);
  const lint = useLint(fields);
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const fixed = template !== null && template.status !== "draft";
  const send = async (submit: boolean) => {
    try {
      id.current = await save(fields, submit);
      setSaved(draft);
    } catch (problem) {
      throw atFields(problem, fields.components);
    }
  };
  const carousel = draft.cards.length > 0;
  const isBegun = template !== null || changed; // an untouched form is not told off
  const found = changed && lint ? faultsIn(lint, fields.components) : {};
  return (
    <div class="template-columns">
      <section class="section" aria-label={t("templates.words")}>
        <Form
          send={() => send(false)} done={() => done(id.current)} changed={changed} found={found} submit={t("templates.save")}
          second={{ label: t("templates.save_and_submit"), send: () => send(true), disabled: !lint?.ok }}
        >
          {template === null && <SelectField label={t("templates.number")} pointer="/channel_id" value={draft.channel_id} choices={numbers.map((one) => ({ value: one.id, text: one.name }))} onChange={(channel_id) => set({ channel_id })} />}
          <TextField label={t("settings.name")} hint={t("templates.name_hint")} pointer="/name" disabled={fixed} value={draft.name} onChange={(name) => set({ name })} />
          <TextField label={t("templates.language")} hint={t("templates.language_hint")} pointer="/language" disabled={fixed} list="template-languages" value={draft.language} onChange={(code) => set({ language: code })} />
          <datalist id="template-languages">{languagesByName().map(([code, name]) => <option key={code} value={code}>{name}</option>)}</datalist>
          <SelectField label={t("templates.category")} pointer="/category" value={draft.category} choices={CATEGORIES.map((value) => ({ value, text: t(`templates.category_hints.${value}`) }))} onChange={(category) => set({ category })} />
          {draft.category === "marketing" && (
            <SelectField label={t("templates.shape")} value={carousel ? "cards" : "one"} choices={SHAPES.map((value) => ({ value, text: t(`templates.shapes.${value}`) }))} onChange={(value) => set({ cards: value === "cards" ? firstCards() : [] })} />
          )}
          {!carousel && <Header draft={draft} set={set} />}
          <TextArea label={t("templates.body")} hint={t("templates.body_hint")} pointer="/body" rows={5} value={draft.body} onChange={(body) => set({ body })} />
          {!carousel && <TextField label={t("templates.footer")} pointer="/footer" value={draft.footer} onChange={(footer) => set({ footer })} />}
          <Examples draft={draft} onChange={(examples) => set({ examples })} />
          {carousel
            ? <TemplateCards cards={draft.cards} channelId={draft.channel_id} change={(next) => setDraft((before) => ({ ...before, cards: next(before.cards) }))} />
            : <TemplateButtons buttons={draft.buttons} onChange={(buttons) => set({ buttons })} />}
          {others.length > 0 && <p class="soft small">{t("templates.kept", { what: others.map((one) => [one.type, one.format].filter(Boolean).join(" ")).join(", ") })}</p>}
          <details>
            <summary>{t("templates.delivery")}</summary>
            <DurationField label={t("templates.ttl")} hint={t("templates.ttl_hint")} pointer="/ttl_seconds" value={draft.ttl_seconds} onChange={(ttl_seconds) => set({ ttl_seconds })} />
            {draft.category === "marketing" && (
              <TextField
                label={t("templates.max_price")} hint={t("templates.max_price_hint")} pointer="/max_price_per_1000" type="number" min={1}
                value={String(draft.max_price_per_1000 ?? "")} onChange={(price) => set({ max_price_per_1000: price === "" ? null : Number(price) })}
              />
            )}
          </details>
        </Form>
      </section>
      <div class="template-side">
        <section class="section" aria-label={t("templates.preview")}><h3>{t("templates.preview")}</h3>{isBegun && lint && <TemplatePreview preview={lint.preview} pictures={[draft, ...draft.cards].map((one) => pictureOf(one.handle))} />}</section>
        <section class="section" aria-label={t("templates.rules")} aria-live="polite"><h3>{t("templates.rules")}</h3>{isBegun ? lint && <Findings findings={lint.findings} /> : <p class="soft small">{t("templates.rules_hint")}</p>}</section>
      </div>
    </div>
  );
}

/** The header: a text, a place, or a file with its sample. */
function Header({ draft, set }: { draft: Draft; set: (change: Partial<Draft>) => void }) {
  const { format, header, handle, channel_id: channelId } = draft;
  return (
    <>
      <SelectField label={t("templates.header_shows")} value={format} choices={HEADERS.map((value) => ({ value, text: t(`templates.headers.${value}`) }))} onChange={(value) => set({ format: value, handle: "", header: "" })} />
      {format === "TEXT" && <TextField label={t("templates.header")} pointer="/header" value={header} onChange={(text) => set({ header: text })} />}
      {(FILE_HEADERS as string[]).includes(format) && <SampleField key={format} label={t("templates.sample")} pointer="/header" channelId={channelId} format={format as FileFormat} handle={handle} onChange={(name) => set({ handle: name })} />}
    </>
  );
}

/** What WhatsApp's rules say, a moment after the last change. */
function useLint(fields: TemplateFields): Lint | null {
  const { api } = here();
  const [lint, setLint] = useState<Lint | null>(null);
  const written = JSON.stringify(fields);
  useEffect(() => {
    let over = false;
    const timer = setTimeout(async () => {
      const found = await api.request("POST", "/templates/lint", { body: JSON.parse(written) }).catch(() => null);
      if (!over && found) setLint(found);
    }, PAUSE);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [written]);
  return lint;
}

function Examples({ draft, onChange }: { draft: Draft; onChange: (examples: Record<string, string>) => void }) {
  const parts = draft.cards.length || draft.format !== "TEXT" ? ["body" as const] : (["header", "body"] as const);
  const wanted = parts.flatMap((part) => (variablesIn(draft[part]) as string[]).map((name) => ({ key: `${part} ${name}`, label: t(`templates.example_${part}`, { name: `{{${name}}}` }) })));
  return <>{wanted.map(({ key, label }) => <TextField key={key} label={label} value={draft.examples[key] ?? ""} onChange={(value) => onChange({ ...draft.examples, [key]: value })} />)}</>;
}

function Findings({ findings }: { findings: Finding[] }) {
  return (
    <ul class="findings">
      {findings.map((one) => <li key={`${one.code} ${one.pointer}`} class={one.severity} data-code={one.code} title={one.source}>{fromServer(one.message)}</li>)}
      {!findings.length && <li class="good">{t("templates.no_objections")}</li>}
    </ul>
  );
}
