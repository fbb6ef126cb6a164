// Reports: one is chosen, with its span and what has a row; a plot where the rows are times, a table, and CSV.

import { saveFile } from "../core/files.ts";
import { atLeast } from "../core/rights.ts";
import { here } from "../core/session.ts";
import { named, t } from "../core/words.ts";
import { go, parts, query } from "../frame/address.ts";
import { notify } from "../frame/notices.js";
import { Page } from "../ui/page.tsx";
import { Costs } from "./costs.tsx";
import { Counts } from "./counts.tsx";
import { bounds, dayText, daysOf, groupings, REPORTS, type ReportName, SPANS, type SpanName, USUAL_GROUPING } from "./report_words.ts";

export interface Choice {
  report: ReportName;
  from: string;
  to: string;
  by: string;
}

/** What the address says, with what is usual where it says nothing. */
function chosen(reports: readonly ReportName[], seesAll: boolean): Choice {
  const report = reports.find((one) => one === parts.value[1]) ?? reports[0]!;
  const usual = daysOf("week", new Date());
  const by = query.value.get("by") ?? "";
  return {
    report,
    from: query.value.get("from") || usual.from,
    to: query.value.get("to") || usual.to,
    by: groupings(report, seesAll).includes(by) ? by : USUAL_GROUPING,
  };
}

function show({ report, from, to, by }: Choice): void {
  go(`/reports/${report}?${new URLSearchParams({ from, to, by })}`, { replace: true });
}

/** What the API is asked: costs take days, other reports moments. */
function asked({ report, from, to, by }: Choice): { path: string; query: Record<string, string> } {
  const span = report === "costs" ? { from, to } : { ...bounds(from, to), time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return { path: `/reports/${report}`, query: { ...span, group_by: by } };
}

export default function Reports() {
  const seesAll = atLeast(here().me, "manager");
  const reports = REPORTS.filter((one) => groupings(one, seesAll).length);
  const choice = chosen(reports, seesAll);
  return (
    <Page title={t("reports.title")} hint={named("reports.hints", choice.report)} actions={<Download choice={choice} />}>
      <nav class="tab-links" aria-label={t("reports.which")}>
        {reports.map((one) => (
          <a key={one} href={`/reports/${one}?${new URLSearchParams({ from: choice.from, to: choice.to })}`} {...(one === choice.report && { "aria-current": "page" as const })}>
            {t(`reports.names.${one}`)}
          </a>
        ))}
      </nav>
      <Controls choice={choice} seesAll={seesAll} />
      {choice.report === "costs" ? <Costs key="costs" request={asked(choice)} by={choice.by} /> : <Counts key="counts" request={asked(choice)} by={choice.by} />}
    </Page>
  );
}

function Controls({ choice, seesAll }: { choice: Choice; seesAll: boolean }) {
  const today = dayText(new Date());
  const spans = Object.keys(SPANS) as SpanName[];
  const same = (span: SpanName) => {
    const { from, to } = daysOf(span, new Date());
    return from === choice.from && to === choice.to;
  };
  return (
    <div class="controls" role="group" aria-label={t("reports.span")}>
      {spans.map((span) => (
        <button key={span} type="button" aria-pressed={same(span)} onClick={() => show({ ...choice, ...daysOf(span, new Date()) })}>{t(`reports.spans.${span}`)}</button>
      ))}
      <label>{t("reports.from")} <input type="date" value={choice.from} max={choice.to} onChange={(event) => event.currentTarget.value && show({ ...choice, from: event.currentTarget.value })} /></label>
      <label>{t("reports.to")} <input type="date" value={choice.to} min={choice.from} max={today} onChange={(event) => event.currentTarget.value && show({ ...choice, to: event.currentTarget.value })} /></label>
      <label>{t("reports.by")}{" "}
        <select value={choice.by} onChange={(event) => show({ ...choice, by: event.currentTarget.value })}>
          {groupings(choice.report, seesAll).map((one) => <option key={one} value={one}>{named("reports.groups", one)}</option>)}
        </select>
      </label>
    </div>
  );
}

/** The report as a file for a spreadsheet. */
function Download({ choice }: { choice: Choice }) {
  const { api } = here();
  async function download() {
    const { path, query: given } = asked(choice);
    try {
      saveFile(await api.download(path, { ...given, format: "csv" }), `${choice.report}-${choice.from}-${choice.to}.csv`);
    } catch (problem) {
      notify((problem as Error).message);
    }
  }
  return <button type="button" onClick={() => void download()}>{t("reports.download")}</button>;
}
