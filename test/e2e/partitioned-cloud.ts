import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import pg from 'pg';
import { openRangeStore } from '../../adapters/dynamodb/range-store.ts';
import { createStores } from '../../adapters/dynamodb/stores.ts';
import { postgresExportSource } from '../../adapters/postgres/source.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import { type ExportPlan, planExport } from '../../core/domain/export-plan.ts';
import { HEARTBEAT_MS } from '../../core/domain/lifecycle.ts';
import type { RangeReader } from '../../core/ports/export-source.ts';
import type { RangeState } from '../../core/ports/range-store.ts';
import { catalog } from '../../reports/index.ts';
import { type ProofCloud, startProofCloud } from '../proof/proof-cloud.ts';
import { operatorConfig } from './operator.ts';
import { partitionAbove } from './partitioned-stage.ts';

/** So many that they are worth several workers. */
export const ORDERS = 400_000;
const ACCOUNT = 'acme';

/** A local cloud in which hundreds of thousands of orders are exported by several workers, and a look into what they do. */
export interface PartitionedCloud extends ProofCloud {
  readonly orders: pg.Pool;
  /** Asks for all orders, as ada. */
  order(request: object): Promise<ExportId>;
  /**
   * The same, of ranges that outlast some heartbeats, which tell how many rows there are: on a machine with nothing else to
   * do a range is made between two of them, and nobody ever sees one under way. So it stays for all that follow.
   */
  orderSlowly(request: object): Promise<ExportId>;
  rangesOf(id: ExportId): Promise<RangeState | undefined>;
  /** The processes of a role that run now. */
  processesOf(role: 'lead' | 'part'): readonly { readonly taskArn: string; readonly pid: number }[];
  /** The plan, once rows have been written and not all of them. */
  underWay(id: ExportId): Promise<RangeState>;
  /** Kills a worker that is at a range. @returns the range: the one whose lease nobody renews while the worker stands still */
  killInTheMiddle(id: ExportId): Promise<number>;
  /** What one process alone would read, at a snapshot that somebody holds or at one of its own. */
  readerOf(id: ExportId, snapshotName?: string): Promise<{ readonly plan: ExportPlan; readonly reader: RangeReader }>;
  /** What a plain SELECT finds under a snapshot that somebody holds, or now: how many orders, and the sums of ids and totals. */
  sumsAt(snapshotName?: string): Promise<string[]>;
  /** Inserts, changes and deletes orders all over until it is stopped. */
  writeMeanwhile(): { stop(): Promise<number> };
}

/** Looks until it has come to that. */
export async function until<Found>(look: () => Promise<Found | undefined> | Found | undefined): Promise<Found> {
  for (let looks = 0; looks < 6_000; looks += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error('It did not come to that');
}

export async function startPartitionedCloud(): Promise<PartitionedCloud> {
  const cloud = await startProofCloud(
    { acme: ORDERS, globex: 1_000 },
    { changeTemplate: partitionAbove(100_000), recordsPermissions: true },
  );
  const client = new DynamoDBClient(operatorConfig(cloud));
  const { tableName } = cloud.info();
  const stores = createStores({ client, tableName });
  const ranges = openRangeStore({ client, tableName });
  const orders = new pg.Pool({ connectionString: cloud.database.adminUrl });
  const rangesOf = (id: ExportId) => ranges.read(id);

  function processesOf(role: string): { taskArn: string; pid: number }[] {
    return cloud.tasks.running().flatMap(({ taskArn, pid }) => {
      if (pid === undefined) return [];
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return environment.includes(`ROLE=${role}`) ? [{ taskArn, pid }] : [];
      } catch {
        return [];
      }
    });
  }

  async function order(request: object): Promise<ExportId> {
    const { status, body } = await cloud.create('ada', { report: 'orders', filters: {}, ...request });
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.id as ExportId;
  }

  return {
    ...cloud,
    orders,
    rangesOf,
    processesOf,
    order,

    async orderSlowly(request) {
      await cloud.faults.set({
        rules: [{ kind: 'delay', principal: '/part', operation: 'UploadPart', delayMs: 3 * HEARTBEAT_MS }],
      });
      return order(request);
    },

    underWay: (id) =>
      until(async () => {
        const state = await rangesOf(id);
        return state?.ranges.some(({ rows, result }) => rows > 0 && result === undefined) ? state : undefined;
      }),

    killInTheMiddle: (id) =>
      until(async () => {
        const [victim] = processesOf('part');
        if (victim === undefined) return undefined;
        process.kill(victim.pid, 'SIGSTOP');
        await sleep(500);
        const before = (await rangesOf(id))?.ranges ?? [];
        await sleep(4 * HEARTBEAT_MS);
        const after = (await rangesOf(id))?.ranges ?? [];
        const still = after.find(
          ({ number, leaseUntil, result }) =>
            leaseUntil > 0 &&
            !result &&
            before.some((range) => range.number === number && range.leaseUntil === leaseUntil),
        );
        process.kill(victim.pid, still === undefined ? 'SIGCONT' : 'SIGKILL');
        return still?.number;
      }),

    async readerOf(id, snapshotName) {
      const record = await stores.exports.get({ accountId: ACCOUNT, exportId: id });
      if (record === undefined) throw new Error('no such export');
      const plan = planExport(catalog, record);
      const { username: user, password, hostname: host, port, pathname } = new URL(cloud.database.adminUrl);
      const credentials = { user, password, host, port: Number(port), database: pathname.slice(1), tls: false };
      const source = postgresExportSource(async () => credentials);
      const { signal } = new AbortController();
      const reader =
        snapshotName === undefined ? await source.share(plan, signal) : await source.join(plan, snapshotName, signal);
      if (reader === undefined) throw new Error('no snapshot');
      return { plan, reader };
    },

    async sumsAt(snapshotName) {
      const client = await orders.connect();
      try {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        if (snapshotName !== undefined) {
          await client.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(snapshotName)}`);
        }
        const { rows } = await client.query<Record<string, string>>(
          "SELECT count(*)::text AS n, sum(order_id)::text AS ids, sum(total)::text AS total FROM app.orders WHERE account_id = 'acme'",
        );
        await client.query('COMMIT');
        return Object.values(rows[0] ?? {});
      } finally {
        client.release(true);
      }
    },

    writeMeanwhile() {
      let isOver = false;
      let writes = 0;
      const write = async (writer: number) => {
        // One row in the order of the key, wherever that is.
        const anywhere = `account_id = 'acme' AND order_id =
          (SELECT order_id FROM app.orders WHERE account_id = 'acme' AND order_id >= $1 ORDER BY order_id LIMIT 1)`;
        const somewhere = () => [Math.floor(Math.random() * ORDERS)];
        for (let turn = 0; !isOver; turn += 1) {
          await orders.query(
            `INSERT INTO app.orders SELECT (r).* FROM (
               SELECT jsonb_populate_record(o, jsonb_build_object('order_id', $2::bigint, 'order_uuid', gen_random_uuid(),
                 'order_number', $2::text)) AS r
               FROM app.orders o WHERE ${anywhere}) AS copied`,
            [...somewhere(), 20_000_000 + writer * 1_000_000 + turn],
          );
          await orders.query(`UPDATE app.orders SET note = 'changed' || random() WHERE ${anywhere}`, somewhere());
          await orders.query(`DELETE FROM app.orders WHERE ${anywhere}`, somewhere());
          writes += 3;
          await sleep(10);
        }
      };
      const writers = [1, 2, 3].map(write);
      return {
        async stop() {
          isOver = true;
          await Promise.all(writers);
          return writes;
        },
      };
    },

    async stop() {
      await orders.end();
      await cloud.stop();
    },
  };
}
