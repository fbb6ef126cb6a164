// Exports, of a customer or of the workspace, with the links to their archives.

import { useEffect, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { fullTime } from "../core/time.js";
import { language, named, t } from "../core/words.ts";
import { notify } from "../frame/notices.js";
import { type Loaded, useLoaded } from "../frame/use_loaded.ts";
import type { Page } from "../inbox/types.ts";
import { Show, Table } from "../ui/page.tsx";

export interface Export {
  id: string;
  kind: string;
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
const MOST = 100;

/** The exports that are wanted, read again while one of them is being made. */
export function useExports(wanted: (one: Export) => boolean, inputs: readonly unknown[]): Loaded<Export[]> {
  const { api } = here();
  const loaded = useLoaded<Export[]>(async () => {
    const page: Page<Export> = await api.request("GET", "/exports", { query: { limit: MOST } });
    return page.items.filter(wanted);
  }, inputs);
  useEffect(() => {
    if (!loaded.value?.some((one) => one.state === "working")) return undefined;
    const timer = setTimeout(() => void loaded.reload(), PAUSE);
    return () => clearTimeout(timer);
  }, [loaded.value]);
  return loaded;
}

/** A button that has an export made, and takes the server's refusal. */
export function ExportButton({ path, label, loaded }: { path: string; label: string; loaded: Loaded<Export[]> }) {
  const { api } = here();
  const [busy, setBusy] = useState(false);
  async function take() {
    setBusy(true);
    try {
      await api.request("POST", path);
      await loaded.reload();
    } catch (problem) {
      notify((problem as Error).message);
    } finally {
      setBusy(false);
    }
  }
  return <button type="button" disabled={busy} onClick={() => void take()}>{label}</button>;
}

export function ExportsTable({ loaded }: { loaded: Loaded<Export[]> }) {
  return (
    <Show loaded={loaded}>
      {(exports) => exports.length > 0 && (
        <Table
          label={t("exports.title")} rows={exports} keyOf={(one) => one.id}
          columns={[
            { title: t("exports.asked"), cell: (one) => fullTime(one.requested_at) },
            { title: t("exports.state"), cell: (one) => named("exports.states", one.state) },
            { title: t("exports.size"), cell: (one) => size(one.bytes), figures: true },
            { title: t("exports.until"), cell: (one) => (one.expires_at ? fullTime(one.expires_at) : "–") },
            { title: t("exports.files"), cell: (one) => (one.state === "ready" ? <Files id={one.id} /> : "–") },
          ]}
        />
      )}
    </Show>
  );
}

const size = (bytes: number) =>
  new Intl.NumberFormat(language.value, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }).format(Math.ceil(bytes / 1000));

/** Links are good for an hour: they are made when they are asked for, which the audit log notes. */
function Files({ id }: { id: string }) {
  const { api } = here();
  const [files, setFiles] = useState<ExportFile[] | null>(null);
  async function read() {
    try {
      const answer: { items: ExportFile[] } = await api.request("GET", `/exports/${id}/files`);
      setFiles(answer.items);
    } catch (problem) {
      notify((problem as Error).message);
    }
  }
  if (!files) return <button type="button" onClick={() => void read()}>{t("exports.links")}</button>;
  return <ul>{files.map((one) => <li key={one.url}><a href={one.url} target="_blank" rel="noopener noreferrer" download>{one.filename}</a></li>)}</ul>;
}
