// Who is there, for supervisors: status since when, conversations in hand; and setting a colleague's status.

import { useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { spanText } from "../core/spans.ts";
import { language, named, t } from "../core/words.ts";
import { notify } from "../frame/notices.js";
import { useStore } from "../frame/use_store.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { Empty, Table } from "../ui/page.tsx";
import { SettledSelect } from "../ui/settled_select.tsx";
import { useNow } from "../frame/use_now.ts";
import type { OperatorNow } from "./board.tsx";
import { StatusHistory } from "./status_history.tsx";

const TICK = 5_000;
/** What can be set for somebody; a status of the workspace's own comes besides. Who is offline has no page open. */
const SETTABLE = ["ready", "online", "unavailable", "offline"];

export function OperatorTable({ operators, reload }: { operators: OperatorNow[]; reload: () => Promise<void> }) {
  const now = useNow(TICK);
  if (!operators.length) return <Empty text={t("board.no_people")} />;
  const sorted = [...operators].sort((one, other) => order(one) - order(other) || one.name.localeCompare(other.name));
  const since = (one: OperatorNow) => (one.status_since === null ? "–" : spanText((now - new Date(one.status_since).getTime()) / 1000, language.value));
  return (
    <Table
      label={t("board.people")} rows={sorted} keyOf={(one) => one.id}
      columns={[
        { title: t("board.name"), cell: (one) => <span dir="auto">{one.name}</span> },
        { title: t("board.status"), cell: (one) => <Status operator={one} reload={reload} /> },
        { title: t("board.since"), cell: since, figures: true },
        { title: t("board.conversations"), cell: (one) => (one.resting ? t("board.with_resting", { load: one.load, resting: one.resting }) : one.load), figures: true },
        { title: t("board.overdue"), cell: (one) => (one.overdue ? <strong class="warn-text">{one.overdue}</strong> : 0), figures: true },
        { title: t("board.history_button"), cell: (one) => <History operator={one} /> },
      ]}
    />
  );
}

function History({ operator: { id, name } }: { operator: OperatorNow }) {
  const [open, setOpen] = useState(false);
  const title = t("board.history", { name });
  return (
    <>
      <button type="button" class="quiet" data-action="history" aria-label={title} title={title} onClick={() => setOpen(true)}><Icon name="clock" /></button>
      {open && <Dialog title={title} wide onClose={() => setOpen(false)}><StatusHistory id={id} name={name} /></Dialog>}
    </>
  );
}

/** Those who are there come first. */
const order = (one: OperatorNow) => (one.status === "offline" ? 2 : one.status === "ready" ? 0 : 1);

interface OwnStatus {
  id: string;
  name: string;
}

function Status({ operator, reload }: { operator: OperatorNow; reload: () => Promise<void> }) {
  const { api } = here();
  const own = useStore((state) => state.statuses) as ReadonlyMap<string, OwnStatus>;
  const values = [...new Set([operator.status, ...SETTABLE, ...own.keys()])];
  async function set(status: string) {
    try {
      await api.request("PUT", `/operators/${operator.id}/status`, { body: { status } });
    } catch (problem) {
      notify((problem as Error).message);
    }
    await reload();
  }
  return (
    <span class="status-choice">
      <span class={`dot dot-${own.has(operator.status) ? "unavailable" : operator.status}`} aria-hidden="true" />
      <SettledSelect
        label={t("board.status_of", { name: operator.name })} value={operator.status} onSettle={(status) => void set(status)}
        choices={values.map((value) => ({ value, text: own.get(value)?.name ?? named("statuses", value) }))}
      />
    </span>
  );
}
