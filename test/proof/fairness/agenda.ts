interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => Promise<void> | void;
}

const isBefore = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.order < b.order);

/** What happens when, in virtual time; at the same instant, in the order it was added. A heap, as there may be millions. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #added = 0;

  add(at: number, run: Entry['run']): void {
    const entry = { at, order: this.#added, run };
    this.#added += 1;
    let place = this.#heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      this.#heap[place] = parent;
      place = above;
    }
    this.#heap[place] = entry;
  }

  /** Runs everything, and what is added meanwhile. */
  async run(moveTo: (at: number) => void): Promise<void> {
    for (let entry = this.#take(); entry; entry = this.#take()) {
      moveTo(entry.at);
      await entry.run();
    }
  }

  #take(): Entry | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || this.#heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      const [left, right] = [this.#heap[below], this.#heap[below + 1]];
      if (left === undefined) break;
      if (right !== undefined && isBefore(right, left)) below += 1;
      const child = this.#heap[below];
      if (child === undefined || !isBefore(child, last)) break;
      this.#heap[place] = child;
      place = below;
    }
    this.#heap[place] = last;
    return first;
  }
}
