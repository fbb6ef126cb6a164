// How far a campaign is: how many are settled, and what became of them.

import { language, t } from "../core/words.ts";
import { Section } from "../ui/page.tsx";
import type { Campaign, Counts } from "./campaign_types.ts";
import { figures, settled } from "./campaign_words.ts";

export function ProgressBar({ counts }: { counts: Counts }) {
  const said = t("campaigns.settled", { n: settled(counts), total: counts.total });
  return <div class="progress"><progress max={Math.max(counts.total, 1)} value={settled(counts)} aria-label={said} /><span class="small">{said}</span></div>;
}

export function Progress({ campaign: { counts } }: { campaign: Campaign }) {
  return (
    <Section title={t("campaigns.progress")}>
      <ProgressBar counts={counts} />
      <dl class="figures-row">
        {figures(counts).map(([term, value]) => <div key={term} class="figure"><dt>{term}</dt><dd>{value.toLocaleString(language.value)}</dd></div>)}
      </dl>
    </Section>
  );
}
