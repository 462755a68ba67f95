interface Entry {
  readonly at: number;
  readonly run: () => Promise<void>;
}

/** What happens when, in virtual time; at the same instant, in the order it was added. */
export class Agenda {
  readonly #entries: Entry[] = [];

  add(at: number, run: Entry['run']): void {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, { at, run });
  }

  /** Runs everything, and what is added meanwhile. */
  async run(moveTo: (at: number) => void): Promise<void> {
    for (let entry = this.#entries.shift(); entry; entry = this.#entries.shift()) {
      moveTo(entry.at);
      await entry.run();
    }
  }
}
