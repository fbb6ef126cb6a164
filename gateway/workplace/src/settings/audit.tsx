// The audit log: who did what, and when.

import { useState } from "preact/hooks";
import { fullTime } from "../core/time.js";
import { here } from "../core/session.ts";
import { language, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { TextField } from "../ui/form.tsx";
import { Empty, Page, Table } from "../ui/page.tsx";
import { Pages, usePages } from "../ui/pages_of.tsx";
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

export default function Audit() {
  const { api } = here();
  const [wanted, setWanted] = useState("");
  const pages = usePages<Entry>("/audit", {});
  const people = useLoaded<Named[]>(() => api.all("/operators"), []);
  const who = (id: string) => people.value?.find((one) => one.id === id)?.name ?? id;
  const word = wanted.trim().toLowerCase();
  const fits = (one: Entry) => [one.action, who(one.by), one.object_id, one.reason, ...one.fields].some((text) => text?.toLowerCase().includes(word));
  return (
    <Page title={t("settings.audit.title")} hint={t("settings.audit.hint")}>
      <div class="filter-row">
        <TextField label={t("settings.audit.find")} hint={t("settings.audit.find_hint")} value={wanted} onChange={setWanted} />
        <button type="button" onClick={() => void pages.loaded.reload()}>{t("settings.read_again")}</button>
      </div>
      <Pages pages={pages}>
        {(items) => {
          const shown = items.filter(fits);
          return shown.length ? (
            <Table
              label={t("settings.audit.title")} rows={shown} keyOf={(one) => one.id}
              columns={[
                { title: t("settings.time"), cell: (one) => fullTime(one.at, language.value, "medium") },
                { title: t("settings.audit.who"), cell: (one) => who(one.by) },
                { title: t("settings.audit.act"), cell: (one) => <>{one.action}{!one.is_done && <> <span class="mark bad">{t("settings.audit.not_known")}</span></>}</> },
                { title: t("settings.audit.object"), cell: (one) => one.object_id ?? "–" },
                { title: t("settings.audit.what"), cell: (one) => [one.fields.join(", "), one.reason].filter(Boolean).join("; ") || "–" },
              ]}
            />
          ) : <Empty text={t("settings.audit.none")} />;
        }}
      </Pages>
    </Page>
  );
}
