// A campaign's state as a mark.

import { named } from "../core/words.ts";
import type { Campaign } from "./campaign_types.ts";
import { toneOf } from "./campaign_words.ts";

export function StateMark({ campaign: { state } }: { campaign: Campaign }) {
  return <span class={`mark ${toneOf(state)}`} data-state={state}>{named("campaigns.states", state)}</span>;
}
