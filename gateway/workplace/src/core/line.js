// Queues, and who waits in them.

import { withQueues } from "../inbox/team.js";

/** Reads what changes without an event of its own: how many wait, and everybody's place. */
export async function readLine(api, store) {
  const [queues, waiting] = await Promise.all([
    api.queues(),
    api.conversations({ view: "unassigned", state: "queued", order: "waiting", limit: 200 }),
  ]);
  const placed = waiting.items.filter((one) => one.queue_position);
  const places = new Map(placed.map((one) => [one.id, { place: one.queue_position, wait: one.expected_wait_seconds }]));
  store.set((state) => ({ ...withQueues(state, queues), places }));
}
