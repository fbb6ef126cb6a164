// The customers who have a chat already: which of them have a phone at the first visit, and the choice of the others.

import { element } from "./elements.js";

const FIRST_VISIT = 4; // of each business

/** All customers of some businesses, those with the longest chats first. */
export async function knownCustomers(businesses) {
  const lists = await Promise.all(businesses.map(async ({ messenger, business }) =>
    (await messenger.customers(business.id)).map(({ key, name, messages }) => ({ messenger: messenger.id, business, chat: [business.id, key], name, messages }))));
  return lists.flat().sort((one, other) => other.messages - one.messages);
}

/** Whose phones are shown to somebody who was never here: a few of each business. */
export function firstPhones(customers) {
  const taken = new Map();
  return customers.filter(({ business, messages }) => {
    const before = taken.get(business) ?? 0;
    taken.set(business, before + 1);
    return messages > 0 && before < FIRST_VISIT;
  });
}

/** Offers the customers whose phones are not shown, grouped by business. */
export function offerKnown(field, customers, isShown) {
  const groups = Map.groupBy(customers.filter((one) => !isShown(one)), ({ business }) => business);
  const options = [...groups].map(([business, members]) => element("optgroup", { label: `${business.name} (${business.address})` },
    ...members.map((one) => new Option(`${one.name} · ${one.chat[1]}`, JSON.stringify([one.messenger, ...one.chat])))));
  field.replaceChildren(new Option("Choose…", ""), ...options);
  field.closest("label").hidden = !options.length;
}
