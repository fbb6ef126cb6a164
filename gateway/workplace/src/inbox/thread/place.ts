// Where one is in a thread. What is looked at stays where it is while above, below and in it something changes.

const AT_END = 60; // pixels from the end that still count as there

export class Place {
  private readonly scroll: HTMLElement;
  private readonly list: HTMLElement;
  #atEnd = true;
  #scrolled = 0; // where the thread was scrolled to
  #anchor: { element: Element; top: number } | null = null;

  /** @param scroll What scrolls. @param list Its child whose children are the parts with the messages. */
  constructor(scroll: HTMLElement, list: HTMLElement) {
    this.scroll = scroll;
    this.list = list;
  }

  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Is the thread on the screen at all? On a phone the list may be in its place. */
  get shown(): boolean {
    return this.scroll.clientHeight > 0;
  }

  toEnd(): void {
    this.#atEnd = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.#scrolled = this.scroll.scrollTop;
  }

  /** Something has changed, or will: what one looks at is where it was, but for how far one has scrolled. */
  hold(): void {
    if (!this.shown) return;
    if (this.#atEnd && this.scroll.scrollTop >= this.#scrolled) return this.toEnd();
    this.#undoMove();
    this.#remember();
  }

  /** A picture that was loaded has moved what stands below it. */
  #undoMove(): void {
    if (!this.#anchor?.element.isConnected) return;
    const scrolled = this.scroll.scrollTop - this.#scrolled;
    const moved = this.#topOf(this.#anchor.element) - this.#anchor.top + scrolled;
    if (moved) this.scroll.scrollTop += moved;
  }

  #remember(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.scroll;
    this.#scrolled = scrollTop;
    this.#atEnd = scrollTop + clientHeight >= scrollHeight - AT_END;
    const element = this.#atEnd ? null : this.#firstShown();
    this.#anchor = element && { element, top: this.#topOf(element) };
  }

  #topOf(element: Element): number {
    return element.getBoundingClientRect().top - this.scroll.getBoundingClientRect().top;
  }

  /** The first message that is in sight, wholly or in part. */
  #firstShown(): Element | null {
    const { top } = this.scroll.getBoundingClientRect();
    const part = firstBelow(this.list.children, top);
    const rows = part?.querySelector(".messages-part")?.children;
    return (rows && firstBelow(rows, top)) ?? part;
  }
}

/** The first of elements, which stand one below the other, that ends below a line. */
function firstBelow(elements: HTMLCollection, line: number): Element | null {
  let [from, to] = [0, elements.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (elements[middle]!.getBoundingClientRect().bottom <= line) from = middle + 1;
    else to = middle;
  }
  return elements[from] ?? null;
}
