// The tree of topics as paths. Pure.

import type { Topic } from "../types.ts";

const BETWEEN = " › ";

/** The path of each topic by its id, as "Delivery › Late". */
export function paths(topics: readonly Topic[]): Map<string, string> {
  const byId = new Map(topics.map((one) => [one.id, one]));
  return new Map(topics.map((one) => [one.id, line(one, byId).map((part) => part.name).join(BETWEEN)]));
}

/** The topics that may be chosen, in the order of the tree: what is out of use is left out with all below it. */
export function offered(topics: readonly Topic[]): Topic[] {
  const below = (parent: string | null): Topic[] => topics
    .filter((one) => one.parent_id === parent && one.active)
    .sort((one, other) => one.order - other.order || one.name.localeCompare(other.name))
    .flatMap((one) => [one, ...below(one.id)]);
  return below(null);
}

function line(topic: Topic, byId: ReadonlyMap<string, Topic>): Topic[] {
  const above = topic.parent_id ? byId.get(topic.parent_id) : undefined;
  return above ? [...line(above, byId), topic] : [topic];
}
