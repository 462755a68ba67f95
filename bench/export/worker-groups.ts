import type { Profile } from './measurements.ts';

/** Processor seconds of a worker by what it is at. */
export interface WorkerGroup {
  readonly what: string;
  readonly seconds: number;
}

/** The first that fits; what is left is start-up: modules are read and compiled, schemas are built. */
const groups: readonly (readonly [what: string, fits: RegExp])[] = [
  ['the product’s own functions', /\.ts /],
  ['SHA-256', /^node:crypto|^native (update|digest)/],
  ['CRC32, and compression handed on', /^node:zlib|^native crc32/],
  ['socket, streams, event loop', /^native|^node:(net|stream|streams|_http|http|tls|dns|timers|events|buffer|process)/],
  ['garbage collection', /^garbage/],
  ['AWS SDK', /^@(aws-sdk|smithy)/],
  ['pg', /^pg/],
  ['formats’ libraries', /^(hyparquet|yazl|csv-stringify|pdfkit|fontkit)/],
];

const REST = 'start of the process, and the rest';

/** What of the worker's processor time its main thread did not use: compression has threads of its own, and so has V8. */
const OTHER_THREADS = 'other threads: compression, garbage collection';

/** All of a worker's processor time, cut without gaps; most first. */
export function workerGroupsOf({ shares, workerCpuSeconds }: Profile): readonly WorkerGroup[] {
  const seconds = new Map<string, number>();
  for (const share of shares) {
    if (share.what === 'idle') continue;
    const group = groups.find(([, fits]) => fits.test(share.what))?.[0] ?? REST;
    seconds.set(group, (seconds.get(group) ?? 0) + share.seconds);
  }
  const busy = [...seconds.values()].reduce((sum, own) => sum + own, 0);
  seconds.set(OTHER_THREADS, Math.max(0, workerCpuSeconds - busy));
  return [...seconds].map(([what, own]) => ({ what, seconds: own })).sort((a, b) => b.seconds - a.seconds);
}
