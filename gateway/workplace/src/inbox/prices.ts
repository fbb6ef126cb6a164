// What a message would cost before it is sent: read once for a conversation, not at each key.

import { here } from "../core/session.ts";
import { t } from "../core/words.ts";
import { inMoney } from "../ui/money.ts";

export type Priced = "service" | "utility" | "marketing" | "authentication";

export interface PriceAhead {
  basis: "estimated" | "free" | "unknown";
  why: string | null;
  amount: string | null;
  currency: string | null;
}

export type Prices = Record<Priced, PriceAhead> & { market: string | null; free_replies_left: number | null };

const FRESH = 60_000;
const read = new Map<string, { at: number; prices: Promise<Prices> }>();

/** The prices in a conversation; what was read within a minute is not read again. */
export function pricesIn(conversationId: string): Promise<Prices> {
  const known = read.get(conversationId);
  if (known && Date.now() - known.at < FRESH) return known.prices;
  const prices: Promise<Prices> = here().api.request("GET", `/conversations/${conversationId}/prices`);
  read.clear(); // one is written in at a time
  read.set(conversationId, { at: Date.now(), prices });
  prices.catch(() => read.delete(conversationId));
  return prices;
}

/** A price in a few words; what is not known is said so. */
export function priceText({ basis, amount, currency }: PriceAhead): string {
  if (basis === "free") return t("prices.free");
  return amount !== null && currency ? t("prices.about", { amount: inMoney({ amount, currency }) }) : t("prices.unknown");
}

const WHY = ["free_entry_point", "monthly_allowance", "unknown_market", "no_rate_card", "no_rate"] as const;

/** Why it is so, as a sentence. */
export function priceReason({ basis, why }: PriceAhead, prices: Prices): string {
  const known = WHY.find((one) => one === why);
  if (known === "monthly_allowance") return t("prices.why.monthly_allowance", { n: prices.free_replies_left ?? 0 });
  if (known) return t(`prices.why.${known}`);
  return basis === "estimated" ? t("prices.why.estimated") : "";
}
