// How wide the inbox's panes may be, as values: what a drag or a key asks for, kept between what can be used.

/** A pane beside the thread, and what is known of its width, all in CSS pixels. */
export interface Edge {
  /** The width before anybody chose one. */
  usual: number;
  least: number;
  most: number;
  /** 1 where the pane grows as the edge goes right, -1 where it grows as the edge goes left. */
  grows: 1 | -1;
}

export const EDGES = {
  list: { usual: 330, least: 240, most: 560, grows: 1 },
  side: { usual: 285, least: 230, most: 520, grows: -1 },
} as const satisfies Record<string, Edge>;
export type EdgeName = keyof typeof EDGES;

/** Below this a thread can't be read. */
export const LEAST_THREAD = 360;
const STEP = 16;

/** The nearest width that the pane may have where `room` is left for it. */
export function fitted(edge: Edge, width: number, room: number): number {
  return Math.round(Math.max(edge.least, Math.min(width, edge.most, room)));
}

/** The width that a key asks for; null where the key is none of the edge's. Enter asks for the usual one. */
export function keyed(edge: Edge, width: number, key: string): number | null {
  switch (key) {
    case "ArrowRight": return width + STEP * edge.grows;
    case "ArrowLeft": return width - STEP * edge.grows;
    case "Home": return edge.least;
    case "End": return edge.most;
    case "Enter": return edge.usual;
    default: return null;
  }
}
