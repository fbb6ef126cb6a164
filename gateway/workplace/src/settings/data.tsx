// The workspace's data: taken out, what was erased, and erasing everything.

import { useState } from "preact/hooks";
import { atLeast } from "../core/rights.ts";
import { saveFile } from "../core/files.ts";
import { goodbye, here } from "../core/session.ts";
import { fullTime } from "../core/time.js";
import { named, t } from "../core/words.ts";
import { ExportButton, ExportsTable, useExports } from "../exports/exports_table.tsx";
import { useLoaded } from "../frame/use_loaded.ts";
import type { Page as Listed } from "../inbox/types.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Form, TextField } from "../ui/form.tsx";
import { Empty, Page, Section, Show, Table } from "../ui/page.tsx";

interface Erasure {
  id: string;
  state: string;
  contact_id: string;
  requested_at: string;
  finished_at: string | null;
}

const SHOWN = 100;

export default function Data() {
  const { me } = here();
  const exports = useExports((one) => one.contact_id === null, []);
  return (
    <Page title={t("settings.data.title")} hint={t("settings.data.hint")}>
      <Section title={t("settings.data.exports")} hint={t("settings.data.exports_hint")}>
        <div class="form-actions"><ExportButton path="/workspace/export" label={t("exports.make")} loaded={exports} /></div>
        <ExportsTable loaded={exports} />
      </Section>
      <Section title={t("settings.data.erasures")} hint={t("settings.data.erasures_hint")}><Erasures /></Section>
      {atLeast(me, "owner") && <Section title={t("settings.data.everything")} hint={t("settings.data.everything_hint")}><EraseAll /></Section>}
    </Page>
  );
}

function Erasures() {
  const { api } = here();
  const loaded = useLoaded<Listed<Erasure>>(() => api.request("GET", "/erasures", { query: { limit: SHOWN } }), [], ["contact.erased"]);
  return (
    <Show loaded={loaded}>
      {({ items }) => (items.length ? (
        <Table
          label={t("settings.data.erasures")} rows={items} keyOf={(one) => one.id}
          columns={[
            { title: t("settings.data.contact"), cell: (one) => <code>{one.contact_id}</code> },
            { title: t("exports.asked"), cell: (one) => fullTime(one.requested_at) },
            { title: t("exports.state"), cell: (one) => named("settings.data.states", one.state) },
            { title: t("settings.data.done_at"), cell: (one) => (one.finished_at ? fullTime(one.finished_at) : "–") },
          ]}
        />
      ) : <Empty text={t("settings.data.none_erased")} />)}
    </Show>
  );
}

/** Whoever erases is signed out at once: the certificate goes with them to the sign-in page, and into a file. */
function EraseAll() {
  const { api, signOut } = here();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const send = async () => {
    const { certificate }: { certificate: string } = await api.request("POST", "/workspace/erasure", { body: { name } });
    goodbye.text = t("settings.data.keep", { certificate });
    saveFile(new Blob([certificate], { type: "text/plain" }), "erasure-certificate.txt");
    signOut();
  };
  return (
    <>
      <div class="form-actions"><button type="button" class="danger" onClick={() => setOpen(true)}>{t("settings.data.erase")}</button></div>
      {open && (
        <Dialog title={t("settings.data.erase")} onClose={() => setOpen(false)}>
          <p>{t("settings.data.erase_text")}</p>
          <Form send={send} onCancel={() => setOpen(false)} submit={t("settings.data.erase")}>
            <TextField label={t("settings.data.type_name")} pointer="/name" value={name} onChange={setName} />
          </Form>
        </Dialog>
      )}
    </>
  );
}
