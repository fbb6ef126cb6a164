// Who has reacted to which message with what. Of each side the newest reaction counts.

export class Reactions {
  constructor() {
    this.byTarget = new Map();
    this.seen = new Set();
  }

  /** A reaction, or what became of one that is known; one that failed was never given. */
  note({ id, target, side, emoji, failed }) {
    const given = this.byTarget.get(target) || new Map();
    const known = this.seen.has(id);
    this.seen.add(id);
    if (failed && given.get(side)?.id === id) given.delete(side);
    if (!failed && !known) given.set(side, { id, emoji });
    this.byTarget.set(target, given);
  }

  of(target) {
    return [...(this.byTarget.get(target) || [])].filter(([, { emoji }]) => emoji).map(([side, { emoji }]) => ({ side, emoji }));
  }
}
