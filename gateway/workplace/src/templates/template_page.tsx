// A template: where it stands, its draft, and what Meta has changed.

import { useState } from "preact/hooks";
import { newKey } from "../core/api.js";
import { here } from "../core/session.ts";
import { fullTime } from "../core/time.js";
import { fromServer } from "../core/say.ts";
import { language, named, t } from "../core/words.ts";
import { go } from "../frame/address.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Empty, Page, Section, Show } from "../ui/page.tsx";
import { TemplateForm, type TemplateFields } from "./template_form.tsx";
import { StatusMark } from "./template_status.tsx";
import type { Template } from "./template_types.ts";

interface Number {
  id: string;
  name: string;
  kind: string;
}

function useNumbers() {
  const { api } = here();
  return useLoaded<Number[]>(async () => (await api.channels()).filter((one: Number) => one.kind === "whatsapp"), []);
}

const toList = () => <a class="button" href="/templates">{t("settings.to_list")}</a>;

async function submitted(id: string): Promise<Template> {
  const template: Template = await here().api.request("POST", `/templates/${id}/submit`);
  notify(t("templates.submitted", { name: template.name }), "done");
  return template;
}

export function NewTemplate() {
  const { api } = here();
  const numbers = useNumbers();
  const [key] = useState(newKey);
  const [made, setMade] = useState<string | null>(null);
  const save = async (fields: TemplateFields, submit: boolean) => {
    // A draft that was made but could not be submitted is changed, not made again.
    const template: Template = made ? await api.request("PATCH", `/templates/${made}`, { body: fields }) : await api.request("POST", "/templates", { body: fields, key });
    setMade(template.id);
    if (submit) await submitted(template.id);
    return template.id;
  };
  return (
    <Page title={t("templates.new")} actions={toList()}>
      <Show loaded={numbers}>
        {(all) => (all.length
          ? <TemplateForm template={null} numbers={all} save={save} done={(id) => go(`/templates/${id}`, { replace: true })} />
          : <Empty text={t("templates.no_number")}><a href="/settings/channels">{t("settings.channels.title")}</a></Empty>)}
      </Show>
    </Page>
  );
}

export function TemplatePage({ id }: { id: string }) {
  const { api } = here();
  const path = `/templates/${encodeURIComponent(id)}`;
  const numbers = useNumbers();
  const loaded = useLoaded<Template>(() => api.request("GET", path), [id], ["template."], (data) => (data as { id?: string } | null)?.id === id);
  const template = loaded.value;
  const save = async (fields: TemplateFields, submit: boolean) => {
    loaded.put(await api.request("PATCH", path, { body: fields }));
    if (submit) loaded.put(await submitted(id));
    return id;
  };
  const submit = async () => {
    try {
      loaded.put(await submitted(id));
    } catch (problem) {
      notify((problem as Error).message);
    }
  };
  const remove = async () => {
    await api.request("DELETE", path);
    go("/templates");
  };
  const actions = (
    <>
      {template && (template.status === "draft" || template.draft) && <button type="button" class="primary" onClick={() => void submit()}>{t("templates.submit")}</button>}
      {template && <AskFirst label={t("templates.remove")} title={t("templates.remove")} text={t("templates.remove_text", { name: template.name, language: template.language })} confirm={t("templates.remove")} act={remove} />}
      {toList()}
    </>
  );
  return (
    <Page title={template ? `${template.name} (${template.language})` : t("templates.title")} actions={actions}>
      <Show loaded={loaded}>
        {(one) => (
          <>
            <Section title={t("templates.state")}>
              <p><StatusMark template={one} /></p>
              {one.reason && <p>{fromServer(one.reason)}</p>}
              {one.draft && <p class="soft small">{t("templates.has_changes")}</p>}
              <History template={one} />
            </Section>
            {one.category === "authentication" ? <p class="soft">{t("templates.codes_elsewhere")}</p> : <Show loaded={numbers}>{(all) => <TemplateForm key={one.id} template={one} numbers={all} save={save} done={() => {}} />}</Show>}
          </>
        )}
      </Show>
    </Page>
  );
}

function History({ template: { changes } }: { template: Template }) {
  if (!changes.length) return null;
  const word = (value: string | null) => (value === null ? "–" : named("templates.statuses", value));
  return (
    <details class="small">
      <summary>{t("templates.history")}</summary>
      <ul class="plain">
        {changes.map((one) => (
          <li key={`${one.at} ${one.what}`}>
            {fullTime(one.at, language.value)}: {named("templates.changes", one.what)}{one.after && ` ${word(one.before)} → ${word(one.after)}`}{one.reason && ` (${one.reason})`}
          </li>
        ))}
      </ul>
    </details>
  );
}
