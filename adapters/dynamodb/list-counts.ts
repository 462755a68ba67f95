import type { ExportId } from '../../core/domain/export-id.ts';

/** How long a count is believed. Nothing leaves a list but rows of 400 days, and the index itself may be a moment behind. */
const KEPT_MS = 30_000;

/** Lists of which counts are kept: far more than one instance is asked for in that time. */
const MAX_LISTS = 1_000;

interface Counted {
  /** The newest export that was counted. */
  readonly newest: ExportId;
  readonly count: number;
  readonly until: number;
}

/**
 * How many exports a list has, for pages that are asked for every two seconds: counting a thousand rows reads thirty times
 * what a page does. A count is kept with the newest export in it, and later only what is newer is added, so a new export
 * counts at once.
 */
export class ListCounts {
  readonly #counted = new Map<string, Counted>();

  /**
   * @param list names the list, and how far it is counted
   * @param ids its first ones, newest first; at least one
   * @param countFrom counts this one and all that are older
   */
  async newest(
    list: string,
    ids: readonly ExportId[],
    now: number,
    countFrom: (from: ExportId) => Promise<number>,
  ): Promise<number> {
    const counted = this.#counted.get(list);
    const newer = counted !== undefined && now < counted.until ? ids.indexOf(counted.newest) : -1;
    if (counted !== undefined && newer !== -1) return newer + counted.count;
    const [newest] = ids;
    if (newest === undefined) throw new TypeError('an empty list needs no counting');
    const count = await countFrom(newest);
    if (this.#counted.size >= MAX_LISTS) this.#counted.clear();
    this.#counted.set(list, { newest, count, until: now + KEPT_MS });
    return count;
  }
}
