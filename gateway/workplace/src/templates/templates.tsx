// Templates: where each stands and why; each has a page of its own, where it is drafted, submitted and deleted.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { fromServer } from "../core/say.ts";
import { named, t } from "../core/words.ts";
import { go, parts, query } from "../frame/address.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { SelectField } from "../ui/form.tsx";
import { Empty, Page, Show, Table } from "../ui/page.tsx";
import { SearchField } from "../ui/search_field.tsx";
import { NewTemplate, TemplatePage } from "./template_page.tsx";
import { bodyOf, STATUSES, StatusMark } from "./template_status.tsx";
import type { Template } from "./template_types.ts";

export default function Templates() {
  const [, id] = parts.value;
  if (id === "new") return <NewTemplate />;
  return id ? <TemplatePage key={id} id={id} /> : <List />;
}

function List() {
  const { api } = here();
  const wanted = query.value.get("q") ?? "";
  const status = query.value.get("status") ?? "";
  const loaded = useLoaded<Template[]>(() => api.all("/templates", { q: wanted, status }), [wanted, status], ["template."]);
  const actions = <><Sync onDone={loaded.reload} /> <a class="button primary" href="/templates/new">{t("templates.new")}</a></>;
  const show = (given: { q: string; status: string }) => {
    const search = new URLSearchParams(Object.entries(given).filter(([, value]) => value)).toString();
    go(search ? `/templates?${search}` : "/templates", { replace: true });
  };
  return (
    <Page title={t("templates.title")} hint={t("templates.hint")} actions={actions}>
      <div class="filter-row">
        <SearchField label={t("templates.search")} value={wanted} onChange={(q) => show({ q, status })} />
        <SelectField
          label={t("templates.state")} value={status} onChange={(next) => show({ q: wanted, status: next })}
          choices={[{ value: "", text: t("templates.all_states") }, ...STATUSES.map((value) => ({ value, text: t(`templates.statuses.${value}`) }))]}
        />
      </div>
      <Show loaded={loaded}>
        {(all) => (all.length ? (
          <Table
            label={t("templates.title")} rows={[...all].sort((one, other) => one.name.localeCompare(other.name))} keyOf={(one) => one.id}
            columns={[
              { title: t("settings.name"), cell: (one) => <div><a href={`/templates/${one.id}`}>{one.name}</a><p class="soft small one-line" dir="auto">{bodyOf(one)}</p></div> },
              { title: t("templates.language"), cell: (one) => one.language },
              { title: t("templates.category"), cell: (one) => named("templates.categories", one.category) },
              { title: t("templates.state"), cell: (one) => <State template={one} /> },
            ]}
          />
        ) : wanted || status ? <Empty text={t("templates.none_found")} /> : <Empty text={t("templates.none")}><a class="button" href="/templates/new">{t("templates.new")}</a></Empty>)}
      </Show>
    </Page>
  );
}

function State({ template }: { template: Template }) {
  return (
    <div>
      <StatusMark template={template} />
      {template.reason && <p class="small">{fromServer(template.reason)}</p>}
      {template.draft && <p class="small soft">{t("templates.has_changes")}</p>}
    </div>
  );
}

/** Reading all templates of all WhatsApp numbers from Meta, now. */
function Sync({ onDone }: { onDone: () => Promise<void> }) {
  const { api } = here();
  const [busy, setBusy] = useState(false);
  async function sync() {
    setBusy(true);
    try {
      const channels: { id: string; kind: string }[] = await api.channels();
      const numbers = channels.filter((one) => one.kind === "whatsapp");
      const answers: { changed: number }[] = await Promise.all(numbers.map((one) => api.request("POST", `/channels/${one.id}/templates/sync`)));
      notify(t("templates.synced", { n: answers.reduce((sum, one) => sum + one.changed, 0) }), "done");
      await onDone();
    } catch (problem) {
      notify((problem as Error).message);
    } finally {
      setBusy(false);
    }
  }
  return <button type="button" disabled={busy} onClick={() => void sync()}>{t(busy ? "templates.syncing" : "templates.sync")}</button>;
}
