import { type Random, seededRandom } from '../../test/proof/random.ts';

/** One export that is asked for. */
export interface Arrival {
  /** Milliseconds since midnight. */
  readonly at: number;
  readonly accountId: string;
  readonly rows: number;
}

export interface Workload {
  readonly exports: number;
  readonly accounts: number;
  readonly seed: number;
  /** Times as many exports as at other times, for a while: the end of a month, at nine in the morning. */
  readonly burst: { readonly fromHour: number; readonly minutes: number; readonly factor: number };
  /** One account that asks for so many within a minute. */
  readonly noisy: { readonly atHour: number; readonly exports: number };
}

const NOISY_ACCOUNT = 'noisy';

const HOUR_MS = 3_600_000;
const SECONDS_A_DAY = 86_400;

/** Most exports are of a page of a list; one in a hundred is of everything. */
const sizes: readonly { readonly share: number; readonly from: number; readonly to: number }[] = [
  { share: 0.9, from: 10, to: 10_000 },
  { share: 0.09, from: 10_001, to: 200_000 },
  { share: 0.01, from: 200_001, to: 2_000_000 },
];

/** A day of exports, in the order of their time. The same seed is the same day. */
export function* arrivalsOf(workload: Workload): Generator<Arrival> {
  const { accounts, noisy } = workload;
  const random = seededRandom(workload.seed);
  const shares = zipf(accounts);
  const noisyStart = noisy.atHour * 3600;
  const perSecond = ratesOf(workload);
  for (let second = 0; second < SECONDS_A_DAY; second += 1) {
    const found: Arrival[] = [];
    const add = (accountId: string) =>
      found.push({ at: Math.floor((second + random.next()) * 1000), accountId, rows: rowsOf(random) });
    for (let left = poisson(perSecond[second] ?? 0, random); left > 0; left -= 1) {
      add(`account-${String(drawn(shares, random)).padStart(5, '0')}`);
    }
    if (second >= noisyStart && second < noisyStart + 60) {
      const share = (noisy.exports * (second - noisyStart + 1)) / 60;
      const before = (noisy.exports * (second - noisyStart)) / 60;
      for (let left = Math.floor(share) - Math.floor(before); left > 0; left -= 1) add(NOISY_ACCOUNT);
    }
    yield* found.sort((a, b) => a.at - b.at);
  }
}

/** Whether an instant is in the burst, or in the two hours in which it may still be felt. */
export function isNearBurst({ burst }: Workload, at: number): boolean {
  return at >= burst.fromHour * HOUR_MS && at < (burst.fromHour + 2) * HOUR_MS;
}

export function isNearNoisy({ noisy }: Workload, at: number): boolean {
  return at >= noisy.atHour * HOUR_MS && at < (noisy.atHour + 2) * HOUR_MS;
}

export function isNoisy({ accountId }: Arrival): boolean {
  return accountId === NOISY_ACCOUNT;
}

/** Exports a second: least at three at night, most at three in the afternoon, four times as many. */
function ratesOf({ exports, noisy, burst }: Workload): readonly number[] {
  const shape = Array.from({ length: SECONDS_A_DAY }, (_, second) => {
    const daily = 1 - 0.6 * Math.cos(((second / 3600 - 3) / 24) * 2 * Math.PI);
    const sinceBurst = second - burst.fromHour * 3600;
    return sinceBurst >= 0 && sinceBurst < burst.minutes * 60 ? daily * burst.factor : daily;
  });
  const sum = shape.reduce((total, each) => total + each, 0);
  return shape.map((each) => (each * (exports - noisy.exports)) / sum);
}

function rowsOf(random: Random): number {
  let left = random.next();
  for (const { share, from, to } of sizes) {
    // Of each size, small ones are more common than large ones.
    if (left < share) return Math.round(from * (to / from) ** random.next());
    left -= share;
  }
  return 1;
}

/** Of accounts by size, how many exports are of the first so many. */
function zipf(accounts: number): Float64Array {
  const upTo = new Float64Array(accounts);
  let sum = 0;
  for (let rank = 0; rank < accounts; rank += 1) {
    sum += 1 / (rank + 1) ** 0.7;
    upTo[rank] = sum;
  }
  return upTo.map((each) => each / sum);
}

function drawn(upTo: Float64Array, random: Random): number {
  const wanted = random.next();
  let low = 0;
  let high = upTo.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] ?? 1) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many come when so many are expected (Knuth). */
function poisson(expected: number, random: Random): number {
  const limit = Math.exp(-expected);
  let product = random.next();
  let count = 0;
  while (product > limit) {
    product *= random.next();
    count += 1;
  }
  return count;
}
