// The business's own page beside conversations: where it is, what it is told, and the secret that signs that.

import { useState } from "preact/hooks";
import { newKey } from "../core/api.js";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Copy } from "../ui/copy.tsx";
import { Form } from "../ui/form.tsx";
import { Page, Section, Show } from "../ui/page.tsx";
import { draftOf, patchOf, type Draft } from "./draft.ts";
import { Fields, filled, type Field } from "./fields.tsx";
import { Remove } from "./remove.tsx";

interface IntegrationPage {
  url: string | null;
  fields: string[];
  valid_seconds: number;
  keys: { id: string; signs_from: string }[];
}

const PATH = "/workspace/integration-page";
const BLANK: Draft = { url: "", fields: [], valid_seconds: 300 };

export default function Integration() {
  const { api } = here();
  const loaded = useLoaded<IntegrationPage>(() => api.request("GET", PATH), []);
  return (
    <Page title={t("settings.integration.title")} hint={t("settings.integration.hint")}>
      <Show loaded={loaded}>
        {(page) => (
          <>
            <Where key={page.url ?? ""} page={page} onSaved={loaded.reload} />
            {page.url !== null && <Secret page={page} reload={loaded.reload} />}
            {page.url !== null && (
              <Remove name={t("settings.integration.title")} path={PATH} label={t("settings.integration.take_away")} text={t("settings.integration.take_away_text")} onDone={loaded.reload} />
            )}
          </>
        )}
      </Show>
    </Page>
  );
}

function Where({ page, onSaved }: { page: IntegrationPage; onSaved: () => Promise<void> }) {
  const { api } = here();
  const before = draftOf(page as unknown as Draft, BLANK);
  const [draft, setDraft] = useState(before);
  const send = async () => {
    await api.request("PUT", PATH, { body: { ...draft, fields: filled(draft["fields"]) } });
    await onSaved();
  };
  const table: Field[] = [
    { kind: "url", name: "url", label: t("settings.integration.url"), hint: t("settings.integration.url_hint"), maxLength: 1000, placeholder: "https://crm.example/card?customer={{ contact.phone }}" },
    { kind: "list", name: "fields", label: t("settings.integration.fields"), hint: t("settings.integration.fields_hint") },
    { kind: "number", name: "valid_seconds", label: t("settings.integration.valid"), hint: t("settings.integration.valid_hint"), min: 30, max: 3600 },
  ];
  return (
    <section class="section">
      <Form send={send} changed={patchOf(before, draft) !== null}><Fields table={table} draft={draft} set={setDraft} /></Form>
    </section>
  );
}

function Secret({ page, reload }: { page: IntegrationPage; reload: () => Promise<void> }) {
  const { api } = here();
  const [secret, setSecret] = useState<string | null>(null);
  const [key] = useState(newKey);
  const send = async () => {
    const made: { id: string; secret: string } = await api.request("POST", `${PATH}/secret`, { body: {}, key: `${key}${page.keys.length}` });
    setSecret(`${made.id}: ${made.secret}`);
    await reload();
  };
  return (
    <Section title={t("settings.integration.secret")} hint={t(page.keys.length ? "settings.integration.secret_next" : "settings.integration.secret_first")}>
      <Form send={send} submit={t("settings.integration.secret_make")}>{null}</Form>
      {secret && <Copy text={secret} label={t("settings.integration.secret_once")} />}
    </Section>
  );
}
