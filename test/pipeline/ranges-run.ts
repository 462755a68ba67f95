import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { RANGE_LEASE_MS } from '../../core/domain/part-range.ts';
import type { Snapshot } from '../../core/domain/snapshot.ts';
import { sql } from '../../core/domain/sql.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';
import { runExport } from '../../pipeline/run-export.ts';
import { runLead } from '../../pipeline/run-lead.ts';
import type { RunOutcome } from '../../pipeline/run-outcome.ts';
import { type PartDependencies, type PartOutcome, runPart } from '../../pipeline/run-part.ts';
import type { Timings } from '../../pipeline/timings.ts';
import { createAdmitted, recordOf } from '../adapters/store-contract/stores-under-test.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { createMemoryStores } from '../support/memory-stores.ts';
import { testPlan, testReport } from '../support/plans.ts';

/** Rows of a slice, of 64 KiB each: just more than a part must have. */
export const ROWS = 82;

/** So many slices, each as large as a part. */
export const slices = (count: number): readonly number[] => Array.from({ length: count }, () => ROWS);

const report = testReport({ id: 'integer', name: 'text' }, sql`SELECT 1`);
const catalog = { reports: [report] };
const fast = { heartbeatMs: 5, endRetryMs: 1, claimPollMs: 5, rangePollMs: 5 };
const log = { info: () => {}, warn: () => {} };

/** A process that can be stopped as by the kernel: nothing that it asks for is done any more, until it is let go on. */
class Process {
  #frozen: Promise<void> | undefined;
  #thaw: (() => void) | undefined;

  freeze(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#frozen ??= promise;
    this.#thaw ??= resolve;
  }

  /** It goes on where it was, as after a long pause of its machine. */
  thaw(): void {
    this.#thaw?.();
    this.#frozen = undefined;
  }

  /** The same object, whose calls wait while the process does. */
  around<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (name === 'joinUpload') return member.apply(target, args);
          const answer = this.#frozen
            ? this.#frozen.then(() => member.apply(target, args))
            : member.apply(target, args);
          return name === 'beginUpload' ? answer.then((upload: object) => this.around(upload)) : answer;
        };
      },
    });
  }
}

export interface RunningPart extends Process {
  readonly outcome: Promise<PartOutcome>;
  readonly shutdown: AbortController;
}

/** One export whose file several workers make, all in this process. */
export async function startRun(
  source: ExportSource,
  options: Partial<Pick<Snapshot, 'maxFileBytes' | 'format' | 'compression' | 'partFiles'>> = {},
) {
  const stores = createMemoryStores();
  const files = new MemoryFiles();
  let offsetMs = 0;
  const clock: Clock = { now: () => Date.now() + offsetMs };
  let claims = 0;
  const ids = { claim: () => `claim${++claims}` };
  const { snapshot } = testPlan(report, { maxFileBytes: 1_000_000_000, ...options });
  const ref = await createAdmitted(stores, 1, { snapshot });
  const handedOver: (readonly number[])[] = [];
  /** How often the step has begun: a lead that began with fewer is given up. */
  let runs = 0;
  let looks = 0;
  const processes: Process[] = [];

  function lead(timings: Partial<Timings> = {}, workers = 4) {
    const process = new Process();
    processes.push(process);
    const shutdown = new AbortController();
    runs += 1;
    const run = runs;
    const outcome = runLead(
      ref,
      {
        attempts: process.around(stores.attempts),
        exports: process.around(stores.exports),
        ranges: process.around(stores.ranges),
        files: process.around(files),
        source,
        connections: 1,
        catalog,
        clock,
        ids,
        log,
        handOver: async (numbers) => void handedOver.push(numbers),
        isGivenUp: async () => {
          looks += 1;
          return run < runs;
        },
      },
      { signal: shutdown.signal, workers, timings: { ...fast, ...timings } },
    );
    return Object.assign(process, { outcome, shutdown });
  }

  function part(timings: Partial<Timings> = {}, changes: Partial<PartDependencies> = {}): RunningPart {
    const process = new Process();
    processes.push(process);
    const shutdown = new AbortController();
    const outcome = runPart(
      ref,
      {
        exports: process.around(stores.exports),
        ranges: process.around(stores.ranges),
        files: process.around(files),
        source,
        catalog,
        clock,
        ids,
        log,
        ...changes,
      },
      { signal: shutdown.signal, timings: { ...fast, ...timings } },
    );
    return Object.assign(process, { outcome, shutdown });
  }

  return {
    ref,
    stores,
    files,
    handedOver,
    /** How often leads without workers have looked whether they are given up. */
    looks: () => looks,
    lead,
    part,
    /** A lead and so many parts, once there is something for them to do. */
    async start(parts: number, timings: Partial<Timings> = {}) {
      const leading = lead(timings, parts);
      await until(() => handedOver.some((numbers) => numbers.length > 0));
      return { lead: leading, parts: Array.from({ length: parts }, () => part(timings)) };
    },
    ranges: async () => (await stores.ranges.read(ref.exportId))?.ranges ?? [],
    record: () => recordOf(stores, ref),
    passLease: () => {
      offsetMs += RANGE_LEASE_MS;
    },
    passSeconds: (seconds: number) => {
      offsetMs += seconds * 1000;
    },
    /** The published file. */
    async file(): Promise<Buffer> {
      const { file } = await recordOf(stores, ref);
      const object = file && files.objects.get(file.key);
      if (object === undefined) throw new Error('nothing is published');
      return object.body;
    },
    /** Lets everything that was stopped go on, and end. */
    thawAll() {
      for (const process of processes) process.thaw();
    },
  };
}

/** What one process alone makes of the same rows. */
export async function inOneStream(
  source: ExportSource,
  options: Partial<Pick<Snapshot, 'format'>> = {},
): Promise<{ outcome: RunOutcome; sha256: string; file: Buffer }> {
  const stores = createMemoryStores();
  const files = new MemoryFiles();
  const ref = await createAdmitted(stores, 1, { snapshot: testPlan(report, options).snapshot });
  let claims = 0;
  const outcome = await runExport(
    ref,
    {
      attempts: stores.attempts,
      exports: stores.exports,
      files,
      source,
      connections: 1,
      catalog,
      clock: { now: () => Date.now() },
      ids: { claim: () => `single${++claims}` },
      log,
    },
    { signal: new AbortController().signal, timings: fast },
  );
  const file = (outcome.kind === 'ready' && files.objects.get(outcome.file.key)?.body) || Buffer.alloc(0);
  return { outcome, sha256: sha256(file), file };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws Error when it does not come to that in time */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 4_000; looks += 1) {
    if (await condition()) return;
    await sleep(5);
  }
  throw new Error('It did not come to that');
}
