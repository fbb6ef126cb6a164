// What a person calls a customer.

import { displayNumber } from "../../core/store.js";
import { t } from "../../core/words.ts";
import type { Contact } from "../types.ts";

/** The name, or else the first account's number; a customer who hides both is called a customer. */
export function nameOf({ name, identities }: Pick<Contact, "name" | "identities">): string {
  return name?.trim() || (identities[0] && displayNumber(identities[0])) || t("contacts.nameless");
}
