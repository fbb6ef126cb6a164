// The live board: what waits and for how long, how fast it goes, and who is there, in which status, with how many
// conversations.

import { here } from "../core/session.ts";
import { spanText } from "../core/spans.ts";
import { clockTime } from "../core/time.js";
import { language, t } from "../core/words.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { Empty, Page, Section, Show, Table } from "../ui/page.tsx";
import { useNow } from "../frame/use_now.ts";
import { OperatorTable } from "./operator_table.tsx";
import { usePace } from "./pace.ts";
import type { Pace } from "./pace_rules.ts";

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

/** Of conversations that nobody has, in a queue or not; `more` than were counted. */
interface Unassigned {
  count: number;
  more: boolean;
}

const TICK = 5_000;

export default function Board() {
  const { api } = here();
  const events = ["queue.", "operator.", "conversation.", "sla.", "settings."];
  const loaded = useLoaded<{ live: LiveReport; unassigned: Unassigned }>(async () => {
    const [live, counts] = await Promise.all([api.request("GET", "/reports/live"), api.request("GET", "/conversations/counts")]);
    return { live, unassigned: counts.unassigned };
  }, [], events);
  const pace = usePace();
  return (
    <Page title={t("board.title")} hint={t("board.hint")}>
      <Show loaded={loaded}>
        {({ live, unassigned }) => (
          <>
            <Figures live={live} unassigned={unassigned} pace={pace} />
            <Section title={t("board.queues")} hint={pace && t("board.pace_hint", { time: clockTime(pace.since, language.value) })}><Queues live={live} pace={pace} /></Section>
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

function Figures({ live, unassigned, pace }: { live: LiveReport; unassigned: Unassigned; pace: Pace | undefined }) {
  const waits = live.queues.map(useWaits(live)).filter((one) => one !== null);
  const overdue = live.queues.reduce((sum, one) => sum + one.overdue, 0);
  return (
    <dl class="figures-row">
      <Figure title={t("board.waiting_in_queues")} value={live.queues.reduce((sum, one) => sum + one.waiting, 0)} />
      <Figure title={t("board.longest_wait")} value={waits.length ? spanText(Math.max(...waits), language.value) : "–"} />
      <Figure title={t("board.overdue")} value={overdue} warn={overdue > 0} href="/?view=all&order=due&target=breached" />
      <Figure title={t("board.unassigned")} value={unassigned.count.toLocaleString(language.value) + (unassigned.more ? "+" : "")} href="/?view=unassigned&order=waiting" />
      <Figure title={t("board.ready")} value={live.operators.filter((one) => one.status === "ready").length} />
      <Figure title={t("board.in_hand")} value={live.operators.reduce((sum, one) => sum + one.load, 0)} />
      <Figure title={t("board.pace")} value={pace ? `${pace.all.opened.toLocaleString(language.value)} / ${pace.all.closed.toLocaleString(language.value)}` : "–"} />
    </dl>
  );
}

function Figure({ title, value, warn = false, href }: { title: string; value: string | number; warn?: boolean; href?: string }) {
  return (
    <div class={warn ? "figure warn" : "figure"}>
      <dt>{title}</dt>
      <dd>{href ? <a href={href}>{value}</a> : value}</dd>
    </div>
  );
}

function Queues({ live, pace }: { live: LiveReport; pace: Pace | undefined }) {
  const waitOf = useWaits(live);
  const now = useNow(TICK);
  if (!live.queues.length) return <Empty text={t("board.no_queues")}><a class="button" href="/settings/queues">{t("board.to_queues")}</a></Empty>;
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
        { title: t("board.opened"), cell: (one) => pace?.of(one.id).opened ?? "–", figures: true },
        { title: t("board.closed"), cell: (one) => pace?.of(one.id).closed ?? "–", figures: true },
      ]}
    />
  );
}
