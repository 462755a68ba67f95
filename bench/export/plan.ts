import * as z from 'zod';
import type { ContestantId } from './contestant.ts';

/** What can be measured by itself. */
export const cases = z.enum(['sizes', 'timeline', 'look-ups', 'profile', 'start-up']);

export type Case = z.output<typeof cases>;

/** What is measured in one local cloud. */
export interface Part {
  readonly rows: number;
  readonly rounds: number;
  readonly parts: ReadonlySet<Case>;
  readonly profiles: readonly ContestantId[];
}

interface Asked {
  readonly rows: readonly number[] | undefined;
  readonly rounds: number | undefined;
  readonly cases: readonly Case[] | undefined;
  readonly profiles: readonly ContestantId[] | undefined;
  readonly isQuick: boolean;
}

interface Size {
  readonly rows: number;
  readonly rounds: number;
  /** What is measured there besides the size itself. */
  readonly also?: Exclude<Case, 'sizes' | 'start-up'>;
}

const quickly: readonly Size[] = [
  { rows: 10_000, rounds: 1, also: 'timeline' },
  { rows: 200_000, rounds: 1, also: 'look-ups' },
];

const wholly: readonly Size[] = [
  { rows: 10_000, rounds: 5, also: 'timeline' },
  { rows: 500_000, rounds: 5, also: 'profile' },
  { rows: 1_000_000, rounds: 5, also: 'look-ups' },
  // For what memory does; the rates are known by then.
  { rows: 5_000_000, rounds: 3 },
];

/** Where most of a worker's time goes, by the ways in which a file is made. */
const usualProfiles: readonly ContestantId[] = ['csv', 'csv-parallel', 'csv-gzip', 'parquet', 'xlsx'];

/** Which local clouds are started, one after the other, and what is measured in each. */
export function planOf({ rows, rounds, cases: asked, profiles, isQuick }: Asked): {
  readonly clouds: readonly Part[];
  readonly startsUp: boolean;
} {
  const sizes = isQuick ? quickly : wholly;
  // Sizes alone mean just these, and a profile alone just that.
  const parts = new Set<Case>(asked ?? (profiles ? ['profile'] : rows ? ['sizes'] : cases.options));
  const named = rows?.map((each): Size => ({ rows: each, rounds: rounds ?? 5 }));
  const chosen = named ?? sizes.map((size) => ({ ...size, rounds: rounds ?? size.rounds }));
  const clouds = chosen.map((size): Part => {
    const own = [...parts].filter((part) =>
      part === 'sizes' || named !== undefined ? part !== 'start-up' : part === size.also,
    );
    return { rows: size.rows, rounds: size.rounds, parts: new Set(own), profiles: profiles ?? usualProfiles };
  });
  return { clouds: clouds.filter((part) => part.parts.size > 0), startsUp: parts.has('start-up') };
}
