// Who is offered to be ready: whoever has just come, and whom some queue would give conversations to. Pure.

interface Person {
  id: string;
  status: string;
  group_ids?: readonly string[];
}

interface Members {
  operator_ids: readonly string[];
  group_ids: readonly string[];
}

/** `online` is what a sign-in makes of somebody; every other status was chosen. */
export function isOffered(person: Person | undefined, queues: Iterable<Members>): boolean {
  if (person?.status !== "online") return false;
  return [...queues].some((one) => one.operator_ids.includes(person.id) || one.group_ids.some((id) => person.group_ids?.includes(id)));
}
