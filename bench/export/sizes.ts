import { spawnSync } from 'node:child_process';
import pg from 'pg';
import { startTestCloud, type TestCloud } from '../../test/e2e/test-cloud.ts';
import type { Contestant, ContestantId, Run } from './contestant.ts';
import { OUT_OF_REACH, withPartitionsAbove } from './environments.ts';
import { exportContestants } from './exports.ts';
import type { SizeRuns } from './measurements.ts';
import { programs } from './programs.ts';

export const contestants: readonly Contestant[] = [...programs, ...exportContestants];

/** Lets database and disk write what filling the tables has left them, or it would be done beside what is measured. */
async function settle(cloud: TestCloud): Promise<void> {
  const client = new pg.Client({ connectionString: cloud.info().postgresUrl });
  await client.connect();
  await client.query('VACUUM ANALYZE app.orders');
  await client.query('CHECKPOINT');
  await client.end();
  spawnSync('sync');
}

/** A local cloud with so many orders, for as long as the work takes; several tasks make only what is to be made so. */
export async function withOrders<T>(rows: number, work: (cloud: TestCloud) => Promise<T>): Promise<T> {
  const cloud = await startTestCloud({ acmeOrders: rows, globexOrders: 1_000, recordsPermissions: false });
  try {
    await settle(cloud);
    return await withPartitionsAbove(cloud, OUT_OF_REACH, () => work(cloud));
  } finally {
    await cloud.stop();
  }
}

/**
 * All contestants by turns, each round from another one on: what else the machine does meets all alike. One that fails
 * takes no part any more; the others go on.
 * @param each told of the runs so far after each run
 */
export async function runSize(
  cloud: TestCloud,
  { rows, rounds, taking }: { readonly rows: number; readonly rounds: number; readonly taking: readonly Contestant[] },
  each: (sofar: SizeRuns) => void,
): Promise<void> {
  const runs: Partial<Record<ContestantId, Run[]>> = {};
  const failures: Partial<Record<ContestantId, string>> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < taking.length; place += 1) {
      const contestant = taking[(place + round) % taking.length];
      if (contestant === undefined || contestant.id in failures || round >= contestant.rounds(rows, rounds)) continue;
      try {
        const run = await contestant.run(cloud);
        if (run === undefined) continue;
        runs[contestant.id] = [...(runs[contestant.id] ?? []), run];
        console.info(`  ${String(round + 1).padStart(2)} ${lineOf(contestant, run)}`);
      } catch (error) {
        failures[contestant.id] = error instanceof Error ? error.message : String(error);
        console.error(`  ${contestant.name} failed: ${failures[contestant.id]}`);
      }
      each({ rows, runs, failures });
    }
  }
}

function lineOf({ name }: Contestant, { seconds, cpuSeconds = 0, peakMegabytes = 0, parties }: Run): string {
  const others = parties === undefined ? '' : `, others ${parties.others.cpuSeconds.toFixed(1)} s`;
  return `${name.padEnd(48)}${seconds.toFixed(2).padStart(8)} s, CPU ${cpuSeconds.toFixed(1)} s, ${peakMegabytes.toFixed(0)} MB${others}`;
}
