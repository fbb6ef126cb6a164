// Kinds of objects in the audit log: where the API lists them, and the address of their pages. Pure.

import type { Named } from "./known.ts";

interface Place {
  list: string;
  /** Its page; the id follows. */
  page: string;
  /** More than are read for their names: the newest are named. */
  isLong?: boolean;
}

export type Names = ReadonlyMap<string, string>;

const settings = (name: string, list = `/${name}`): Place => ({ list, page: `/settings/${name}` });

export const PLACES: Readonly<Record<string, Place>> = {
  api_key: settings("api-keys"), bot: settings("bots"), business_hours: settings("hours", "/business-hours"), channel: settings("channels"),
  contact_field: settings("contact-fields"), group: settings("groups"), operator: settings("people", "/operators"), queue: settings("queues"),
  reply_collection: settings("replies", "/reply-collections"), segment: settings("segments"), status: settings("statuses"), topic: settings("topics"),
  campaign: { list: "/campaigns", page: "/campaigns", isLong: true }, template: { list: "/templates", page: "/templates", isLong: true },
  tag: { list: "/tags", page: "" },
};

export const placeOf = (subject: string): Place | undefined => (Object.hasOwn(PLACES, subject) ? PLACES[subject] : undefined);

export const namesFrom = (lists: readonly (readonly Named[])[]): Names => new Map(lists.flat().map((one) => [one.id, one.name]));

/** The kind of what an act was done to: the first part of its name. */
export const subjectOf = (action: string): string => action.split(".")[0] ?? "";

/** The page of an object; none where it is gone, or its kind has none. */
export function pageOf(action: string, id: string, names: Names): string | null {
  const page = placeOf(subjectOf(action))?.page;
  return page && names.has(id) ? `${page}/${encodeURIComponent(id)}` : null;
}
