// Which number a price is asked for: a whole one. Pure.

const WRITTEN = /^\+[\d\s().-]+$/;
const SHORTEST = 8; // digits, with the country code
const LONGEST = 15;

/** Whether what was typed may be a whole phone number: the price to an unfinished one is not asked for. */
export function mayBePriced(to: string): boolean {
  const digits = to.replaceAll(/\D/g, "").length;
  return WRITTEN.test(to) && digits >= SHORTEST && digits <= LONGEST;
}
