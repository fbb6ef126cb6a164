// What the objects of the audit log are called, and where each has its page. The log itself keeps ids alone.

import { here } from "../core/session.ts";
import { useLoaded } from "../frame/use_loaded.ts";
import { namesFrom, placeOf, PLACES, type Names } from "./audit_places.ts";
import type { Named } from "./known.ts";

const NOBODY: Names = new Map();

/** The names of the objects of some kinds, as far as they are there now. */
export function useNames(subjects: readonly string[]): Names {
  const { api } = here();
  const known = [...new Set(subjects)].filter((one) => placeOf(one)).sort();
  const lists = async (subject: string): Promise<Named[]> => {
    const { list, isLong } = PLACES[subject]!;
    return isLong ? (await api.request("GET", list, { query: { limit: 200 } })).items : api.all(list);
  };
  const loaded = useLoaded<Names>(async () => namesFrom(await Promise.all(known.map((one) => lists(one).catch(() => [])))), [known.join(" ")]);
  return loaded.value ?? NOBODY;
}
