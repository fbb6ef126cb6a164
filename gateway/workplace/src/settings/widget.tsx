// How a web chat looks and greets, what it asks before the chat, and the greetings that begin by rule.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { language as shownIn, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import type { ContactField } from "../inbox/types.ts";
import { CheckField, Form, SelectField, TextArea, TextField } from "../ui/form.tsx";
import { Section, Show } from "../ui/page.tsx";
import { patchOf, type Draft } from "./draft.ts";
import { Fields, type Field } from "./fields.tsx";

interface Question {
  key: string;
  when: "always" | "away";
  required: boolean;
  labels: Record<string, string>;
}

interface Invitation {
  path: string;
  after_seconds: number;
  texts: Record<string, string>;
}

interface Widget {
  texts: Record<string, { title: string | null; greeting: string | null }>;
  color: string | null;
  logo_url: string | null;
  show_team: boolean;
  show_answer_time: boolean;
  sound: boolean;
  form: Question[];
  invitations: Invitation[];
}

const MOST_QUESTIONS = 8;
const MOST_INVITATIONS = 10;

export function WidgetForm({ channel }: { channel: string }) {
  const { api } = here();
  const loaded = useLoaded<Widget>(async () => (await api.request("GET", `/channels/${channel}`)).widget, [channel]);
  return (
    <Section title={t("settings.widget.title")} hint={t("settings.widget.hint")}>
      <Show loaded={loaded}>{(widget) => <Filled channel={channel} widget={widget} />}</Show>
    </Section>
  );
}

function Filled({ channel, widget }: { channel: string; widget: Widget }) {
  const { api, store } = here();
  const [before, setBefore] = useState(widget);
  const [draft, setDraft] = useState(widget);
  const spoken: string = store.state.workspace?.settings?.language ?? "en";
  const [language, setLanguage] = useState(spoken);
  const set = (part: Partial<Widget>) => setDraft((old) => ({ ...old, ...part }));
  const patch = patchOf({ widget: before } as unknown as Draft, { widget: draft } as unknown as Draft);
  const send = async () => {
    if (!patch) return;
    const { widget: now }: { widget: Widget } = await api.request("PATCH", `/channels/${channel}`, { body: patch });
    setBefore(now);
    setDraft(now);
  };
  return (
    <Form send={send} changed={patch !== null} submit={t("settings.widget.save")}>
      <Fields table={looks()} draft={{ widget: draft } as unknown as Draft} set={(next) => setDraft((next as unknown as { widget: Widget }).widget)} />
      <Languages draft={draft} usual={spoken} value={language} onChange={setLanguage} />
      <Texts draft={draft} language={language} set={set} />
      <Questions questions={draft.form} onChange={(form) => set({ form })} />
      <Invitations invitations={draft.invitations} language={language} onChange={(invitations) => set({ invitations })} />
    </Form>
  );
}

function looks(): Field[] {
  const word = (name: "color" | "logo_url" | "show_team" | "show_answer_time" | "sound") => ({ name: `widget.${name}`, label: t(`settings.widget.${name}`), hint: t(`settings.widget.${name}_hint`) });
  return [
    { kind: "text", ...word("color"), optional: true, placeholder: "#0a5c36", maxLength: 7 },
    { kind: "url", ...word("logo_url"), optional: true, maxLength: 500 },
    { kind: "check", ...word("show_team") },
    { kind: "check", ...word("show_answer_time") },
    { kind: "check", ...word("sound") },
  ];
}

/** The language in which the words below are written. */
function Languages({ draft, usual, value, onChange }: { draft: Widget; usual: string; value: string; onChange: (language: string) => void }) {
  const names = new Intl.DisplayNames([shownIn.value], { type: "language" });
  const known = [...new Set([usual, "en", "ru", ...Object.keys(draft.texts), ...draft.invitations.flatMap((one) => Object.keys(one.texts))])];
  return (
    <SelectField
      label={t("settings.texts.language")} hint={t("settings.widget.language_hint")} value={value} onChange={onChange}
      choices={known.map((one) => ({ value: one, text: names.of(one) ?? one }))}
    />
  );
}

function Texts({ draft, language, set }: { draft: Widget; language: string; set: (part: Partial<Widget>) => void }) {
  const now = draft.texts[language] ?? { title: null, greeting: null };
  const put = (part: Partial<typeof now>) => {
    const next = { ...now, ...part };
    const { [language]: _, ...others } = draft.texts;
    set({ texts: next.title === null && next.greeting === null ? others : { ...others, [language]: next } });
  };
  return (
    <>
      <TextField label={t("settings.widget.head")} pointer={`/widget/texts/${language}/title`} maxLength={60} value={now.title ?? ""} onChange={(text) => put({ title: text || null })} />
      <TextArea label={t("settings.widget.greeting")} pointer={`/widget/texts/${language}/greeting`} rows={2} value={now.greeting ?? ""} onChange={(text) => put({ greeting: text || null })} />
    </>
  );
}

const replaced = <T,>(rows: readonly T[], place: number, part: Partial<T>): T[] => rows.map((row, n) => (n === place ? { ...row, ...part } : row));
const without = <T,>(rows: readonly T[], place: number): T[] => rows.filter((_, n) => n !== place);

function Questions({ questions, onChange }: { questions: Question[]; onChange: (questions: Question[]) => void }) {
  const { api } = here();
  const fields = useLoaded<ContactField[]>(() => api.all("/contact-fields"), [], ["contact_field."]).value ?? [];
  const choices = [
    { value: "name", text: t("contacts.name") }, { value: "email", text: t("contacts.email") },
    ...fields.map((one) => ({ value: one.key, text: one.name })),
  ];
  const free = choices.find((one) => !questions.some((asked) => asked.key === one.value));
  return (
    <fieldset class="field">
      <legend>{t("settings.widget.form")}</legend>
      <p class="soft small">{t("settings.widget.form_hint")}</p>
      {questions.map((one, n) => (
        <div key={n} class="input-row">
          <SelectField label={t("settings.widget.asks")} pointer={`/widget/form/${n}/key`} value={one.key} choices={choices} onChange={(key) => onChange(replaced(questions, n, { key }))} />
          <SelectField
            label={t("settings.widget.when")} value={one.when} choices={(["always", "away"] as const).map((value) => ({ value, text: t(`settings.widget.when_${value}`) }))}
            onChange={(when) => onChange(replaced(questions, n, { when: when as Question["when"] }))}
          />
          <CheckField label={t("settings.widget.required")} checked={one.required} onChange={(required) => onChange(replaced(questions, n, { required }))} />
          <button type="button" onClick={() => onChange(without(questions, n))}>{t("settings.remove")}</button>
        </div>
      ))}
      {free && questions.length < MOST_QUESTIONS && (
        <div><button type="button" onClick={() => onChange([...questions, { key: free.value, when: "always", required: false, labels: {} }])}>{t("settings.add")}</button></div>
      )}
    </fieldset>
  );
}

function Invitations({ invitations, language, onChange }: { invitations: Invitation[]; language: string; onChange: (invitations: Invitation[]) => void }) {
  return (
    <fieldset class="field">
      <legend>{t("settings.widget.invitations")}</legend>
      <p class="soft small">{t("settings.widget.invitations_hint")}</p>
      {invitations.map((one, n) => (
        <div key={n} class="input-row">
          <TextField label={t("settings.widget.path")} pointer={`/widget/invitations/${n}/path`} value={one.path} onChange={(path) => onChange(replaced(invitations, n, { path }))} maxLength={200} />
          <TextField
            label={t("settings.widget.after")} pointer={`/widget/invitations/${n}/after_seconds`} type="number" min={0} max={3600} value={String(one.after_seconds)}
            onChange={(seconds) => onChange(replaced(invitations, n, { after_seconds: Number(seconds) }))}
          />
          <TextField
            label={t("settings.widget.says")} pointer={`/widget/invitations/${n}/texts`} value={one.texts[language] ?? ""} maxLength={300}
            onChange={(text) => onChange(replaced(invitations, n, { texts: worded(one.texts, language, text) }))}
          />
          <button type="button" onClick={() => onChange(without(invitations, n))}>{t("settings.remove")}</button>
        </div>
      ))}
      {invitations.length < MOST_INVITATIONS && (
        <div><button type="button" onClick={() => onChange([...invitations, { path: "/*", after_seconds: 30, texts: {} }])}>{t("settings.add")}</button></div>
      )}
    </fieldset>
  );
}

/** Texts by language with another one; an empty one goes. */
function worded(texts: Record<string, string>, language: string, text: string): Record<string, string> {
  const { [language]: _, ...others } = texts;
  return text ? { ...others, [language]: text } : others;
}
