import { expect } from 'vitest';
import { sql } from '../../core/domain/sql.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';
import { runExport } from '../../pipeline/run-export.ts';
import type { RunOutcome } from '../../pipeline/run-outcome.ts';
import type { Timings } from '../../pipeline/timings.ts';
import { ExportInMemory } from '../support/export-in-memory.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { testPlan, testReport } from '../support/plans.ts';
import { hundredByteRows, ScriptedSource, untilAborted } from '../support/scripted-source.ts';

const report = testReport({ id: 'integer', name: 'text' }, sql`SELECT 1`);
export const HEADING = 'id,name\r\n';

/** Of the test that runs now: a bucket, the records of one export, and the process that produces it. */
export let files: MemoryFiles;
export let records: ExportInMemory;
export let shutdown: AbortController;
let claims: number;

/** To be called before each test. */
export function beginRun(): void {
  files = new MemoryFiles();
  records = new ExportInMemory(testPlan(report), systemClock);
  startAnew();
  claims = 0;
}

export function run(source: ExportSource, timings: Partial<Timings> = {}, clock = systemClock): Promise<RunOutcome> {
  return runExport(
    records.ref,
    {
      attempts: records,
      exports: records,
      files,
      source,
      connections: 1,
      catalog: { reports: [report] },
      clock,
      ids: { claim: () => `claim${++claims}` },
      log: { info: () => {}, warn: () => {} },
    },
    { signal: shutdown.signal, timings: { heartbeatMs: 5, endRetryMs: 1, claimPollMs: 5, ...timings } },
  );
}

/** Another process takes the place of the one that was stopped. */
export function startAnew(): void {
  shutdown = new AbortController();
}

export function expectNothingStored(): void {
  expect([...files.objects.keys()]).toEqual([]);
  expect([...files.uploads.keys()]).toEqual([]);
}

/** A source that waits after its first rows until the run is stopped. */
export function waitingSource(onFirstRows: () => void = () => {}): ScriptedSource {
  return new ScriptedSource(1000, async function* (signal) {
    yield* hundredByteRows(10);
    onFirstRows();
    await untilAborted(signal);
  });
}
