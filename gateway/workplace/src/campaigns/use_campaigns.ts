// Campaigns as they are now: what was read, and what events have told since.

import { here } from "../core/session.ts";
import { useStore } from "../frame/use_store.ts";
import type { State } from "../core/store.js";
import type { Campaign } from "./campaign_types.ts";
import { withCampaign } from "./campaign_words.ts";

/** Keep what was read or answered, for all that show it. */
export function keep(campaigns: readonly Campaign[]): void {
  here().store.set((state: State) => ({ ...state, campaigns: campaigns.reduce(withCampaign, state.campaigns) }));
}

/** The newest state of a campaign; undefined where it was deleted or not read yet. */
export function useCampaigns(): ReadonlyMap<string, Campaign> {
  return useStore((state) => state.campaigns as ReadonlyMap<string, Campaign>);
}
