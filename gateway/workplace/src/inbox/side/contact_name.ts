// What a person calls a customer.

import { displayNumber } from "../../core/store.js";
import type { Contact } from "../types.ts";

/** The name, or else the first account's number. */
export const nameOf = (contact: Pick<Contact, "name" | "identities">): string =>
  contact.name ?? (contact.identities[0] ? displayNumber(contact.identities[0]) : "");
