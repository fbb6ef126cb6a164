// Whom a campaign goes to: a list, the contacts with a tag, or a segment. Each row is checked before the start.

import { useState } from "preact/hooks";
import { fromServer } from "../core/say.ts";
import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { notify } from "../frame/notices.js";
import { useLoaded } from "../frame/use_loaded.ts";
import { Form, SelectField } from "../ui/form.tsx";
import { Section, Show } from "../ui/page.tsx";
import { save, uploadList } from "./campaign_files.ts";
import type { Campaign, Named } from "./campaign_types.ts";
import { columnsOf, isAboutLines, textOf } from "./campaign_words.ts";
import { keep } from "./use_campaigns.ts";

const HEAD_BYTES = 65_536; // more than any first line
const SOURCES = ["list", "segment", "tag"] as const;
type Source = (typeof SOURCES)[number];

export function Recipients({ campaign }: { campaign: Campaign }) {
  return (
    <Section title={t("campaigns.recipients")} hint={t("campaigns.recipients_hint")}>
      <Chosen campaign={campaign} />
      <Choose campaign={campaign} />
    </Section>
  );
}

/** Who was chosen, and which rows are none. */
export function Chosen({ campaign: { id, name, audience } }: { campaign: Campaign }) {
  if (!audience) return <p>{t("campaigns.nobody_yet")}</p>;
  const out = audience.rejected + audience.duplicates;
  const errors = () => void save(`/campaigns/${id}/audience/errors`, `${name} errors.csv`).catch((problem: Error) => notify(problem.message));
  return (
    <div>
      {audience.segment && <p>{t("campaigns.of_segment", { name: audience.segment.name })}</p>}
      {(!audience.segment || audience.fixed_at) && <p role="status">{t("campaigns.accepted", { n: audience.accepted })}</p>}
      {out > 0 && <p>{t("campaigns.rows_left_out", { n: out })} <button type="button" onClick={errors}>{t("campaigns.list_errors")}</button></p>}
      {Object.keys(audience.reasons).length > 0 && <ul class="plain small">{Object.entries(audience.reasons).map(([reason, n]) => <li key={reason}>{t("campaigns.rows_for_reason", { n, reason: fromServer(reason) })}</li>)}</ul>}
    </div>
  );
}

function Choose({ campaign }: { campaign: Campaign }) {
  const { api } = here();
  const known = useLoaded<{ tags: Named[]; segments: Named[] }>(async () => {
    const [tags, segments] = await Promise.all([api.all("/tags"), api.all("/segments")]);
    return { tags, segments };
  }, [], ["tag."]);
  const [source, setSource] = useState<Source>("list");
  const [file, setFile] = useState<File | null>(null);
  const [columns, setColumns] = useState<string[]>([]);
  const [tag, setTag] = useState("");
  const [segment, setSegment] = useState("");
  const [hasReasons, setHasReasons] = useState(false);
  const picked = async (chosen: File | null) => {
    setFile(chosen);
    setHasReasons(false);
    setColumns(chosen ? columnsOf(textOf(new Uint8Array(await chosen.slice(0, HEAD_BYTES).arrayBuffer()))) : []);
  };
  const send = async () => {
    setHasReasons(false);
    if (source === "list" ? !file : source === "tag" ? !tag : !segment) throw new Error(t("campaigns.choose_recipients"));
    try {
      const body = source === "tag" ? { tag } : { segment_id: segment };
      keep([source === "list" ? await uploadList(campaign.id, file!) : await api.request("POST", `/campaigns/${campaign.id}/audience/contacts`, { body })]);
    } catch (problem) {
      setHasReasons(isAboutLines(problem as { errors?: [] }));
      throw problem;
    }
  };
  const errors = () => void save(`/campaigns/${campaign.id}/audience/errors`, `${campaign.name} errors.csv`).catch((problem: Error) => notify(problem.message));
  return (
    <Show loaded={known}>
      {({ tags, segments }) => (
        <Form send={send} submit={t("campaigns.check_recipients")}>
          <SelectField label={t("campaigns.from")} value={source} choices={SOURCES.map((value) => ({ value, text: t(`campaigns.sources.${value}`) }))} onChange={(next) => setSource(next as Source)} />
          {source === "list" && (
            <div class="field">
              <label for="campaign-list">{t("campaigns.list")}</label>
              <input id="campaign-list" type="file" accept=".csv,text/csv" aria-describedby="campaign-list-hint" onChange={(event) => void picked(event.currentTarget.files?.[0] ?? null)} />
              <p id="campaign-list-hint" class="soft small">{t("campaigns.list_hint")}{columns.length > 0 && ` ${t("campaigns.columns", { names: columns.join(", ") })}`}</p>
            </div>
          )}
          {source === "tag" && <SelectField label={t("campaigns.sources.tag")} value={tag} choices={[{ value: "", text: t("campaigns.choose") }, ...tags.map((one) => ({ value: one.name, text: one.name }))]} onChange={setTag} />}
          {source === "segment" && <SelectField label={t("campaigns.sources.segment")} hint={t("campaigns.segment_hint")} value={segment} choices={[{ value: "", text: t("campaigns.choose") }, ...segments.map((one) => ({ value: one.id, text: one.name }))]} onChange={setSegment} />}
          {hasReasons && <div><button type="button" onClick={errors}>{t("campaigns.list_errors")}</button></div>}
        </Form>
      )}
    </Show>
  );
}
