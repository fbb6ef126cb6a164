// A customer's data: taken out as archives, or erased for good.

import { useEffect, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { fullTime } from "../core/time.js";
import { language, named, t } from "../core/words.ts";
import { go } from "../frame/address.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { nameOf } from "../inbox/side/contact_name.ts";
import type { Contact, Page } from "../inbox/types.ts";
import { AskFirst } from "../ui/ask.tsx";
import { Section, Show, Table } from "../ui/page.tsx";

interface Export {
  id: string;
  state: string;
  contact_id: string | null;
  requested_at: string;
  expires_at: string | null;
  bytes: number;
}

interface ExportFile {
  url: string;
  filename: string;
}

const PAUSE = 3_000; // a worker makes an export of a customer within seconds

export function Data({ contact }: { contact: Contact }) {
  const { api } = here();
  const loaded = useLoaded<Export[]>(async () => {
    const page: Page<Export> = await api.request("GET", "/exports", { query: { limit: 100 } });
    return page.items.filter((one) => one.contact_id === contact.id);
  }, [contact.id]);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!loaded.value?.some((one) => one.state === "working")) return undefined;
    const timer = setTimeout(() => void loaded.reload(), PAUSE);
    return () => clearTimeout(timer);
  }, [loaded.value]);
  async function take() {
    setBusy(true);
    try {
      await api.request("POST", `/contacts/${contact.id}/export`);
      await loaded.reload();
    } catch (problem) {
      notify((problem as Error).message);
    } finally {
      setBusy(false);
    }
  }
  const erase = async () => {
    await api.request("DELETE", `/contacts/${contact.id}`);
    go("/contacts");
    notify(t("contacts.data.erasing"), "done");
  };
  return (
    <Section title={t("contacts.data.title")} hint={t("contacts.data.hint")}>
      <div class="form-actions">
        <button type="button" disabled={busy} onClick={() => void take()}>{t("contacts.data.export")}</button>
        <AskFirst
          label={t("contacts.data.erase")} title={t("contacts.data.erase_title", { name: nameOf(contact) })} text={t("contacts.data.erase_text")}
          confirm={t("contacts.data.erase")} act={erase}
        />
      </div>
      <Show loaded={loaded}>
        {(exports) => exports.length > 0 && (
          <Table
            label={t("contacts.data.exports")} rows={exports} keyOf={(one) => one.id}
            columns={[
              { title: t("contacts.data.asked"), cell: (one) => fullTime(one.requested_at) },
              { title: t("contacts.state"), cell: (one) => named("contacts.data.states", one.state) },
              { title: t("contacts.data.size"), cell: (one) => size(one.bytes), figures: true },
              { title: t("contacts.data.until"), cell: (one) => (one.expires_at ? fullTime(one.expires_at) : "–") },
              { title: t("contacts.data.files"), cell: (one) => (one.state === "ready" ? <Files id={one.id} /> : "–") },
            ]}
          />
        )}
      </Show>
    </Section>
  );
}

const size = (bytes: number) =>
  new Intl.NumberFormat(language.value, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }).format(Math.ceil(bytes / 1000));

/** Links are good for an hour: they are made when they are asked for, which the audit log notes. */
function Files({ id }: { id: string }) {
  const { api } = here();
  const [files, setFiles] = useState<ExportFile[] | null>(null);
  async function fetch() {
    try {
      const answer: { items: ExportFile[] } = await api.request("GET", `/exports/${id}/files`);
      setFiles(answer.items);
    } catch (problem) {
      notify((problem as Error).message);
    }
  }
  if (!files) return <button type="button" onClick={() => void fetch()}>{t("contacts.data.links")}</button>;
  return <ul>{files.map((one) => <li key={one.url}><a href={one.url} target="_blank" rel="noopener noreferrer" download>{one.filename}</a></li>)}</ul>;
}
