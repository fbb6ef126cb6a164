// The live board: what waits and for how long, and who is there, in which status, with how many conversations.

import { here } from "../core/session.ts";
import { spanText } from "../core/spans.ts";
import { language, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Empty, Page, Section, Show, Table } from "../ui/page.tsx";
import { useNow } from "../frame/use_now.ts";
import { OperatorTable } from "./operator_table.tsx";

interface QueueNow {
  id: string;
  name: string;
  waiting: number;
  longest_wait_seconds: number | null;
  overdue: number;
  next_due_at: string | null;
}

export interface OperatorNow {
  id: string;
  name: string;
  status: string;
  status_since: string | null;
  load: number;
  resting: number;
  overdue: number;
}

interface LiveReport {
  at: string;
  queues: QueueNow[];
  operators: OperatorNow[];
}

const TICK = 5_000;

export default function Board() {
  const { api } = here();
  const events = ["queue.", "operator.", "conversation.", "sla.", "settings."];
  const loaded = useLoaded<LiveReport>(() => api.request("GET", "/reports/live"), [], events);
  return (
    <Page title={t("board.title")} hint={t("board.hint")}>
      <Show loaded={loaded}>
        {(live) => (
          <>
            <Figures live={live} />
            <Section title={t("board.queues")}><Queues live={live} /></Section>
            <Section title={t("board.people")}><OperatorTable operators={live.operators} reload={loaded.reload} /></Section>
          </>
        )}
      </Show>
    </Page>
  );
}

/** A wait goes on between two readings. */
function useWaits(live: LiveReport): (queue: QueueNow) => number | null {
  const since = Math.max(0, (useNow(TICK) - new Date(live.at).getTime()) / 1000);
  return (queue) => (queue.longest_wait_seconds === null ? null : queue.longest_wait_seconds + since);
}

function Figures({ live }: { live: LiveReport }) {
  const waits = live.queues.map(useWaits(live)).filter((one) => one !== null);
  const overdue = live.queues.reduce((sum, one) => sum + one.overdue, 0);
  return (
    <dl class="figures-row">
      <Figure title={t("board.waiting")} value={live.queues.reduce((sum, one) => sum + one.waiting, 0)} />
      <Figure title={t("board.longest_wait")} value={waits.length ? spanText(Math.max(...waits), language.value) : "–"} />
      <Figure title={t("board.overdue")} value={overdue} warn={overdue > 0} />
      <Figure title={t("board.ready")} value={live.operators.filter((one) => one.status === "ready").length} />
      <Figure title={t("board.in_hand")} value={live.operators.reduce((sum, one) => sum + one.load, 0)} />
    </dl>
  );
}

function Figure({ title, value, warn = false }: { title: string; value: string | number; warn?: boolean }) {
  return (
    <div class={warn ? "figure warn" : "figure"}>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Queues({ live }: { live: LiveReport }) {
  const waitOf = useWaits(live);
  const now = useNow(TICK);
  if (!live.queues.length) return <Empty text={t("board.no_queues")} />;
  const due = (queue: QueueNow) => (queue.next_due_at === null ? null : (new Date(queue.next_due_at).getTime() - now) / 1000);
  const inWords = (seconds: number | null) => (seconds === null ? "–" : spanText(seconds, language.value));
  return (
    <Table
      label={t("board.queues")} rows={live.queues} keyOf={(one) => one.id}
      columns={[
        { title: t("board.queue"), cell: (one) => one.name },
        { title: t("board.waiting"), cell: (one) => one.waiting, figures: true },
        { title: t("board.longest_wait"), cell: (one) => inWords(waitOf(one)), figures: true },
        { title: t("board.overdue"), cell: (one) => (one.overdue ? <strong class="warn-text">{one.overdue}</strong> : 0), figures: true },
        { title: t("board.next_due"), cell: (one) => inWords(due(one)), figures: true },
      ]}
    />
  );
}
