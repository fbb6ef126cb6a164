// Amounts of money. Pure.

import { languageCode } from "../core/say.ts";

export interface Money {
  currency: string;
  amount: string;
}

/** The price of one message: fractions of a cent count. Its digits are the server's, for it is a decimal. */
export const inMoney = (money: Money): string => written(money, 4);

/** What many messages cost: as money is counted, unless nothing of it would be left. */
export function summed(money: Money): string {
  const amount = Math.abs(Number(money.amount));
  return written(money, amount > 0 && amount < SMALLEST_SHOWN ? 4 : undefined);
}

/** Less than a half of it would be shown as nothing, in most currencies. */
const SMALLEST_SHOWN = 0.01;

/** With as many digits after the point as the currency has, or as many as `digits`. */
function written({ currency, amount }: Money, digits?: number): string {
  try {
    return new Intl.NumberFormat(languageCode(), { style: "currency", currency, ...(digits !== undefined && { maximumFractionDigits: digits }) }).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}
