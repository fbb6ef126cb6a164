// Amounts of money.

import { language } from "../core/words.ts";

export interface Money {
  currency: string;
  amount: string;
}

/** An amount as people write it; its digits are the server's, for it is a decimal. */
export function inMoney({ currency, amount }: Money): string {
  try {
    return new Intl.NumberFormat(language.value, { style: "currency", currency, maximumFractionDigits: 4 }).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}
