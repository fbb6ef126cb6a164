// Campaigns: found by name and state, with how far each is; each has a page of its own.

import { useRef, useState } from "preact/hooks";
import { here } from "../core/session.ts";
import { fullTime } from "../core/time.js";
import { language, t } from "../core/words.ts";
import { go, parts, query } from "../frame/address.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { SelectField } from "../ui/form.tsx";
import { Empty, Page, Show, Table } from "../ui/page.tsx";
import { SearchField } from "../ui/search_field.tsx";
import { CampaignPage } from "./campaign_page.tsx";
import type { Campaign } from "./campaign_types.ts";
import { reasonOf, STATES } from "./campaign_words.ts";
import { NewCampaign } from "./new_campaign.tsx";
import { ProgressBar } from "./progress.tsx";
import { StateMark } from "./state_mark.tsx";
import { keep, useCampaigns } from "./use_campaigns.ts";

const PAGE = 50;
const MOST = 200; // the longest page that the API gives

export default function Campaigns() {
  const [, id] = parts.value;
  if (id === "new") return <NewCampaign />;
  return id ? <CampaignPage key={id} id={id} /> : <List />;
}

function List() {
  const { api } = here();
  const q = query.value.get("q") ?? "";
  const state = query.value.get("state") ?? "";
  const [limit, setLimit] = useState(PAGE);
  const known = useCampaigns();
  const shown = useRef<string[]>([]);
  const loaded = useLoaded<{ ids: string[]; more: boolean }>(async () => {
    const page: { items: Campaign[]; next_cursor: string | null } = await api.request("GET", "/campaigns", { query: { q, state, limit } });
    keep(page.items);
    shown.current = page.items.map((one) => one.id);
    return { ids: shown.current, more: page.next_cursor !== null };
  }, [q, state, limit], ["campaign."], (data) => !shown.current.includes((data as { id: string }).id));
  const show = (given: { q: string; state: string }) => {
    const search = new URLSearchParams(Object.entries(given).filter(([, value]) => value)).toString();
    go(search ? `/campaigns?${search}` : "/campaigns", { replace: true });
  };
  return (
    <Page
      title={t("campaigns.title")} hint={t("campaigns.hint")}
      actions={<><a class="button" href="/settings/segments">{t("settings.segments.title")}</a> <a class="button primary" href="/campaigns/new">{t("campaigns.new")}</a></>}
    >
      <div class="filter-row">
        <SearchField label={t("campaigns.search")} value={q} onChange={(wanted) => show({ q: wanted, state })} />
        <SelectField
          label={t("campaigns.state")} value={state} onChange={(next) => show({ q, state: next })}
          choices={[{ value: "", text: t("campaigns.all_states") }, ...STATES.map((value) => ({ value, text: t(`campaigns.states.${value}`) }))]}
        />
      </div>
      <Show loaded={loaded}>
        {({ ids, more }) => {
          const rows = ids.flatMap((id) => known.get(id) ?? []);
          if (!rows.length) return q || state ? <Empty text={t("campaigns.none_found")} /> : <Empty text={t("campaigns.none")}><a class="button" href="/campaigns/new">{t("campaigns.new")}</a></Empty>;
          return (
            <>
              <CampaignTable rows={rows} />
              {more && limit < MOST && <div><button type="button" onClick={() => setLimit(limit + PAGE)}>{t("ui.more")}</button></div>}
              {more && limit >= MOST && <p class="soft small">{t("campaigns.narrow")}</p>}
            </>
          );
        }}
      </Show>
    </Page>
  );
}

function CampaignTable({ rows }: { rows: Campaign[] }) {
  return (
    <Table
      label={t("campaigns.title")} rows={rows} keyOf={(one) => one.id}
      columns={[
        { title: t("settings.name"), cell: (one) => <div><a href={`/campaigns/${one.id}`} dir="auto">{one.name}</a><p class="soft small">{one.template.name} ({one.template.language})</p></div> },
        { title: t("campaigns.state"), cell: (one) => <><StateMark campaign={one} />{one.reason && <p class="small">{reasonOf(one)}</p>}</> },
        { title: t("campaigns.progress"), cell: (one) => (one.counts.total ? <ProgressBar counts={one.counts} /> : "–") },
        { title: t("campaigns.made"), cell: (one) => fullTime(one.created_at, language.value) },
      ]}
    />
  );
}
