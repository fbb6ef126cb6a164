// Which rows of a long list are in the page: those that can be seen, and some around them. Pure.

/** A list up to here is in the page as a whole: the browser's own search finds everything in it. */
const WHOLE = 120;
/** Rows beside what can be seen, on either side: a second of turning the wheel. */
const MARGIN = 20;
/** The part moves by so many rows at a time, so that scrolling seldom draws anything. */
const STEP = 10;

export interface Part {
  from: number;
  to: number;
}

export interface Seen {
  /** In pixels, as the height of a row. */
  top: number;
  height: number;
  row: number;
}

export function partOf(count: number, { top, height, row }: Seen): Part {
  if (count <= WHOLE || row <= 0) return { from: 0, to: Math.min(count, WHOLE) };
  const first = Math.floor(top / row);
  const last = Math.ceil((top + height) / row);
  const to = Math.min(count, Math.ceil((last + MARGIN) / STEP) * STEP);
  const from = Math.max(0, Math.min(to - STEP, Math.floor((first - MARGIN) / STEP) * STEP));
  return { from, to };
}

/** Where the list has to be scrolled to so that a row can be seen; null where it can. */
export function scrollFor(index: number, { top, height, row }: Seen): number | null {
  const begins = index * row;
  if (begins < top) return begins;
  return begins + row > top + height ? begins + row - height : null;
}
