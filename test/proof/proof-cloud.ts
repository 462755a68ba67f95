import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isToBeAnnounced } from '../../core/domain/due.ts';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import { isTerminal } from '../../core/domain/lifecycle.ts';
import { startTestCloud, type TestCloud, type TestCloudOptions } from '../e2e/test-cloud.ts';
import { type ExportEvidence, evidenceOf, Witness } from './evidence.ts';
import { judge, type Verdict } from './invariants.ts';

const POLL_MS = 150;

/** When nothing has moved for this long, whatever is waited for takes the clock: a lease, a backoff, the next sweep. */
const STANDSTILL_MS = 2_000;

/** More than a lease, and more than the sweeper's minute. */
const ADVANCE_SECONDS = 61;

/** Sweeps after which everything must be tidy: one announces what has ended, the next cleans up, one for what falls due then. */
const FINAL_SWEEPS = 3;

/** A mail whose sending failed is tried again after a minute, then two, four and so on: for 31 minutes, five times. */
const MAX_SWEEPS = 31 + FINAL_SWEEPS;

/** A local cloud that is brought to rest and then judged. */
export interface ProofCloud extends TestCloud {
  readonly witness: Witness;
  /**
   * Waits until every export, execution and task has ended, moving the clock where only time is missing.
   * @param standstillMs after how long without any change that is
   * @returns false when that did not happen within `limitMs` of real time
   */
  settle(limitMs: number, standstillMs?: number): Promise<boolean>;
  /** Leaves no slot free, or so many, until the next sweep. */
  fillPool(free?: number): Promise<void>;
  /** Gives back the slots that were taken so. */
  emptyPool(): Promise<void>;
  /** Lets a minute pass, and the sweeper run to its end. */
  sweep(): Promise<void>;
  /** Sweeps until everybody was told how an export ended, as often as a mail may be tried. */
  sweepUntilTold(exportId: string): Promise<void>;
  /**
   * Clears the faults, sweeps, and judges all invariants.
   * @param isMeant which exports; all by default
   */
  judge(isMeant?: (exportId: string) => boolean): Promise<readonly Verdict[]>;
}

export async function startProofCloud(
  orders: { acme: number; globex: number },
  options: TestCloudOptions = {},
): Promise<ProofCloud> {
  const cloud = await startTestCloud({ ...options, acmeOrders: orders.acme, globexOrders: orders.globex });
  const witness = new Witness(cloud);
  const database = new pg.Pool({ connectionString: cloud.database.adminUrl, max: 2 });
  const pool = watchPool(witness);
  const poolCap = Number(cloud.plan.functions.find(({ environment }) => environment.POOL_CAP)?.environment.POOL_CAP);

  async function sweep(): Promise<void> {
    await cloud.advance(ADVANCE_SECONDS);
    await cloud.events.settled();
  }

  let lastSeen = '';
  let lastLookAt = 0;
  let movedAt = 0;

  async function settle(limitMs: number, standstillMs = STANDSTILL_MS): Promise<boolean> {
    const deadline = performance.now() + limitMs;
    do {
      const lookedAt = performance.now();
      const exports = await witness.exports();
      if (exports.every(({ record }) => isTerminal(record.status)) && (await isQuiet())) {
        // What is to be said about mails is said a moment after them.
        await cloud.advance(1);
        await cloud.events.settled();
        return true;
      }
      const seen = exports.map(stateOf).join();
      const now = performance.now();
      // Nobody looked for a while: that is no standstill. A look at many exports itself takes a while.
      if (seen !== lastSeen || lookedAt - lastLookAt >= standstillMs) movedAt = now;
      lastSeen = seen;
      lastLookAt = now;
      if (now - movedAt >= standstillMs) {
        await cloud.advance(ADVANCE_SECONDS);
        movedAt = performance.now();
      }
      await sleep(POLL_MS);
    } while (performance.now() < deadline);
    return false;
  }

  async function isQuiet(): Promise<boolean> {
    if (cloud.tasks.running().length > 0) return false;
    return !(await witness.isExecuting());
  }

  return {
    ...cloud,
    witness,
    fillPool: (free = 0) => witness.occupyPool(poolCap - free),
    emptyPool: () => witness.releasePool(poolCap),
    settle,
    sweep,
    async sweepUntilTold(exportId) {
      for (let sweeps = 0; sweeps < MAX_SWEEPS; sweeps += 1) {
        await sweep();
        const found = (await witness.exports()).find(({ record }) => record.id === exportId);
        if (found === undefined || !isToBeAnnounced(found.record)) return;
      }
    },
    async judge(isMeant = () => true) {
      await cloud.faults.set({ rules: [] });
      let left = FINAL_SWEEPS;
      for (let sweeps = 0; sweeps < MAX_SWEEPS && left > 0; sweeps += 1) {
        await sweep();
        const isTold = (await witness.exports()).every(({ record }) => !isToBeAnnounced(record));
        left = isTold ? left - 1 : FINAL_SWEEPS;
      }
      return judge(evidenceOf(await witness.collect(), isMeant), {
        witness,
        // Any other report is asked for an event that there is not.
        rowsExpected: async (record) =>
          record.snapshot.report.id === 'orders' ? await countOrders(database, record) : 0,
        poolPeak: pool.peak(),
        poolCap,
      });
    },
    async stop() {
      await pool.stop();
      witness.stop();
      await database.end();
      await cloud.stop();
    },
  };
}

/** Whatever shows that somebody is at work on an export. */
function stateOf({ record, attempt }: ExportEvidence): string {
  return [record.id, record.version, record.admittedAt, record.taskToken, attempt?.leaseUntil].join();
}

/** Looks at the pool all the time: a cap that is exceeded for a moment is exceeded. */
function watchPool(witness: Witness): { peak(): number; stop(): Promise<void> } {
  const stopping = new AbortController();
  let peak = 0;
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      peak = Math.max(peak, await witness.poolSize());
      await sleep(50, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    peak: () => peak,
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

/** The rows of an orders export, counted by a query of its own. */
async function countOrders(database: pg.Pool, { accountId, snapshot }: ExportRecord): Promise<number> {
  const { placedFrom, placedTo, status, minimumTotal } = snapshot.filters as Record<string, string | string[]>;
  const { rows } = await database.query<{ count: number }>(
    `select count(*)::int as count from app.orders
     where account_id = $1
       and ($2::date is null or (placed_at at time zone $6)::date >= $2)
       and ($3::date is null or (placed_at at time zone $6)::date <= $3)
       and ($4::text[] is null or status::text = any ($4))
       and ($5::numeric is null or total >= $5)`,
    [accountId, placedFrom ?? null, placedTo ?? null, status ?? null, minimumTotal ?? null, snapshot.timeZone],
  );
  return rows[0]?.count ?? 0;
}
