// The server's time: windows and deadlines end by its clock, and a computer's may be wrong by hours.

const TRUSTED = 2_000; // the header has whole seconds, and an answer takes a while: less is no difference

let ahead = 0; // milliseconds that the server's clock is before this computer's

/** Learns the server's time from an answer's `Date`. */
export function heard(date, sent, received) {
  const told = new Date(date).getTime();
  if (!date || Number.isNaN(told)) return;
  const difference = told + 500 - (sent + received) / 2;
  ahead = Math.abs(difference) < TRUSTED ? 0 : difference;
}

export const serverNow = () => Date.now() + ahead;
