// A chat's messages. All are known; on the page are only those around what the person looks at.

import { carryOver } from "./carry_over.js";
import { Reactions } from "./reactions.js";

const SHOWN = 120;
const MOST_SHOWN = 240;
const STEP = 60;
const NEAR_PIXELS = 600;
const END_PIXELS = 80;

export class Thread {
  /** `bubble(message, thread)` draws one; `reactionOf(message)` tells what a message reacts to, if that is all it does. */
  constructor(root, { idOf, reactionOf, bubble }) {
    Object.assign(this, { root, list: root.firstElementChild, idOf, reactionOf, bubble, following: true });
    this.reset([]);
    root.addEventListener("scroll", () => this.scrolled());
    // Pictures that load late push the end of the chat away: follow it while the person has not scrolled up.
    for (const kind of ["load", "loadedmetadata"]) root.addEventListener(kind, () => this.follow(), true);
  }

  /** Forgets everything, and shows these: the newest, or where the person was reading. */
  reset(messages) {
    const { id, top } = this.reading();
    this.order = [];
    this.messages = new Map();
    this.reactions = new Reactions();
    for (const message of messages) this.keep(message);
    if (this.messages.has(id)) {
      this.around(this.order.indexOf(id));
      this.root.scrollTop += this.items.get(id).getBoundingClientRect().top - top;
    } else {
      this.toEnd();
    }
  }

  /** Which message is the uppermost that is seen, and where; none while the end is followed. */
  reading() {
    const anchor = this.following ? null : this.uppermost();
    const id = [...(this.items || [])].find(([, item]) => item === anchor)?.[0];
    return { id, top: anchor?.getBoundingClientRect().top };
  }

  find(id) {
    return this.messages.get(id);
  }

  /** A message is new, or changed; tells which. */
  put(message) {
    const wasAtEnd = this.end === this.order.length;
    const { id, isNew } = this.keep(message);
    if (!isNew) this.redraw(id);
    else if (wasAtEnd) this.grow();
    this.follow();
    return isNew;
  }

  /** One more at the end, if there is room: who reads further up gets it when they come down. */
  grow() {
    const end = this.order.length;
    if (this.following) this.show(Math.max(this.start, end - MOST_SHOWN), end);
    else if (end - this.start <= MOST_SHOWN) this.show(this.start, end);
  }

  forget(id) {
    const place = this.order.indexOf(id);
    if (place < 0) return;
    this.order.splice(place, 1);
    this.messages.delete(id);
    this.items.get(id)?.remove();
    this.items.delete(id);
    if (place < this.start) this.start -= 1;
    if (place < this.end) this.end -= 1;
  }

  toEnd() {
    this.draw(Math.max(0, this.order.length - SHOWN), this.order.length);
    this.following = true;
    this.follow();
  }

  /** Shows an earlier message in the middle, and marks it. */
  jumpTo(id) {
    const place = this.order.indexOf(id);
    if (place < 0) return;
    if (!this.items.has(id)) this.around(place);
    const item = this.items.get(id);
    item.tabIndex = -1;
    item.scrollIntoView({ block: "center" });
    item.focus({ preventScroll: true });
    this.following = false;
  }

  keep(message) {
    const reaction = this.reactionOf?.(message);
    if (reaction) {
      this.reactions.note(reaction);
      return { id: reaction.target, isNew: false };
    }
    const id = this.idOf(message);
    const isNew = !this.messages.has(id);
    this.messages.set(id, message);
    if (isNew) this.order.push(id);
    return { id, isNew };
  }

  redraw(id) {
    const old = this.items.get(id);
    if (!old) return;
    this.items.delete(id);
    const made = this.item(id);
    old.before(made);
    carryOver(old, made);
    old.remove();
  }

  item(id) {
    const made = this.items.get(id) || this.bubble(this.messages.get(id), this);
    this.items.set(id, made);
    return made;
  }

  around(place) {
    this.draw(Math.max(0, place - STEP), Math.min(this.order.length, place + STEP));
  }

  /** Draws these places afresh, whatever was there. */
  draw(start, end) {
    this.items = new Map();
    Object.assign(this, { start, end });
    this.list.replaceChildren(...this.order.slice(start, end).map((id) => this.item(id)));
  }

  /** Adds and takes away at both ends until these places are on the page; what stays is not touched. */
  show(start, end) {
    const items = (from, to) => this.order.slice(from, to).map((id) => this.item(id));
    if (start < this.start) this.list.prepend(...items(start, this.start));
    if (end > this.end) this.list.append(...items(this.end, end));
    for (const id of [...this.order.slice(this.start, start), ...this.order.slice(end, this.end)]) {
      this.items.get(id).remove();
      this.items.delete(id);
    }
    Object.assign(this, { start, end });
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.root;
    const below = scrollHeight - scrollTop - clientHeight;
    this.following = below < END_PIXELS && this.end === this.order.length;
    if (scrollTop < NEAR_PIXELS && this.start > 0) {
      const start = Math.max(0, this.start - STEP);
      this.inPlace(() => this.show(start, Math.min(this.end, start + MOST_SHOWN)));
    } else if (below < NEAR_PIXELS && this.end < this.order.length) {
      const end = Math.min(this.order.length, this.end + STEP);
      this.inPlace(() => this.show(Math.max(this.start, end - MOST_SHOWN), end));
    }
  }

  uppermost() {
    const { top } = this.root.getBoundingClientRect();
    return [...this.list.children].find((item) => item.getBoundingClientRect().bottom > top);
  }

  /** What the person looks at stays where it is while messages come and go beside it. */
  inPlace(change) {
    const anchor = this.uppermost();
    const before = anchor.getBoundingClientRect().top;
    change();
    this.root.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  follow() {
    if (this.following) this.root.scrollTop = this.root.scrollHeight;
  }
}
