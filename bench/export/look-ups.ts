import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { percentile } from '../../local/cloudwatch/statistic.ts';
import type { TestCloud } from '../../test/e2e/test-cloud.ts';
import type { LookUpPhase, LookUps } from './measurements.ts';
import { contestants } from './sizes.ts';
import { mayYield, yielding } from './yielding.ts';

/** Few enough to take no notable part of a processor. */
const PER_SECOND = 50;
const IDLE_MS = 5_000;
const CONNECTIONS_POLL_MS = 50;

/** What is done beside: the export, and what reads the same rows by hand. */
const beside: readonly Pick<LookUpPhase, 'beside' | 'othersYield'>[] = [
  { beside: 'idle' },
  { beside: 'csv' },
  { beside: 'csv', othersYield: true },
  { beside: 'csv-parallel' },
  { beside: 'csv-parallel', othersYield: true },
  { beside: 'psql' },
  { beside: 'psql-twice' },
];

interface Window extends Pick<LookUpPhase, 'beside' | 'othersYield'> {
  readonly from: number;
  readonly to: number;
}

/** Idle and busy by turns, under one client that goes on throughout. */
export async function runLookUps(cloud: TestCloud, rows: number, rounds: number): Promise<LookUps> {
  const { postgresUrl } = cloud.info();
  const connections = await watchConnections(postgresUrl);
  const client = startClient(postgresUrl, rows);
  const windows: Window[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const what of beside) {
        const contestant = contestants.find(({ id }) => id === what.beside);
        if (contestant === undefined || (what.othersYield && !mayYield())) continue;
        const idleFrom = Date.now();
        await sleep(IDLE_MS);
        const from = Date.now();
        windows.push({ beside: 'idle', from: idleFrom, to: from });
        const run = await (what.othersYield ? yielding(() => contestant.run(cloud)) : contestant.run(cloud));
        const [claimed, finished] = run?.between ?? [from, Date.now()];
        if (run !== undefined) windows.push({ ...what, from: claimed, to: finished });
      }
      console.info(`  look-ups, round ${round + 1} of ${rounds}`);
    }
  } finally {
    client.stop();
  }
  const phases = phasesOf(windows, client.taken);
  return { rows, rounds, perSecond: PER_SECOND, phases, connections: await connections.stop() };
}

/** @param taken when each was asked, in epoch milliseconds, and how long it took */
export function phasesOf(
  windows: readonly Window[],
  taken: readonly (readonly [askedAt: number, tookMs: number])[],
): readonly LookUpPhase[] {
  return beside.flatMap((what) => {
    const own = windows.filter((each) => each.beside === what.beside && each.othersYield === what.othersYield);
    const within = taken.filter(([at]) => own.some(({ from, to }) => at >= from && at < to)).map(([, took]) => took);
    if (within.length === 0) return [];
    return [{ ...what, count: within.length, medianMs: percentile(within, 50), p95Ms: percentile(within, 95) }];
  });
}

function startClient(postgresUrl: string, rows: number) {
  const program = new URL('./look-up-client.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, postgresUrl, String(rows), String(PER_SECOND)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const taken: (readonly [number, number])[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [askedAt = 0, tookMs = 0] = line.split(' ').map(Number);
    taken.push([askedAt, tookMs]);
  });
  return { taken, stop: () => child.kill() };
}

/** Counts the sessions of Waybill's role at all times. */
async function watchConnections(connectionString: string) {
  const client = new pg.Client({ connectionString, application_name: 'bench' });
  await client.connect();
  const role = await client.query<{ name: string; cap: number }>(
    "select rolname as name, rolconnlimit as cap from pg_roles where rolname = 'waybill_reader'",
  );
  const [{ name, cap } = { name: '', cap: 0 }] = role.rows;
  let most = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const { rows } = await client.query<{ count: number }>(
        'select count(*)::int as count from pg_stat_activity where usename = $1',
        [name],
      );
      most = Math.max(most, rows[0]?.count ?? 0);
      await sleep(CONNECTIONS_POLL_MS);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      await client.end();
      return { most, cap };
    },
  };
}
