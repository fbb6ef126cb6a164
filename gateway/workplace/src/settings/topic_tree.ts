// Topics as a tree. Pure.

export interface Topic {
  id: string;
  name: string;
  parent_id: string | null;
  order: number;
  active: boolean;
}

/** Each topic after the one above it, those beside one another by their order, then by name. */
export function inTree(topics: readonly Topic[], parent: string | null = null): Topic[] {
  const known = new Set(topics.map((one) => one.id));
  const here = topics.filter((one) => (one.parent_id !== null && known.has(one.parent_id) ? one.parent_id : null) === parent);
  here.sort((one, other) => one.order - other.order || one.name.localeCompare(other.name));
  return here.flatMap((one) => [one, ...inTree(topics, one.id)]);
}

/** "Delivery › Late": a topic with all above it. */
export function pathOf(topic: Topic, topics: readonly Topic[]): string {
  const above = topics.find((one) => one.id === topic.parent_id);
  return above ? `${pathOf(above, topics)} › ${topic.name}` : topic.name;
}

/** Is a topic the given one, or below it? Neither may be above it. */
export function isWithin(topic: Topic, id: string, topics: readonly Topic[]): boolean {
  if (topic.id === id) return true;
  const above = topics.find((one) => one.id === topic.parent_id);
  return above ? isWithin(above, id, topics) : false;
}
