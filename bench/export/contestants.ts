import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { Waybill } from '../../core/domain/waybill.ts';
import type { TestCloud } from '../../test/e2e/test-cloud.ts';
import { type Usage, watchProcess } from './watched-process.ts';

/** One run. */
export interface Run extends Partial<Usage> {
  readonly seconds: number;
  readonly megabytes?: number;
  /** From the request to the file, for an export; `seconds` are from the claim on. */
  readonly fromRequestSeconds?: number;
}

export interface Contestant {
  readonly name: string;
  /** Undefined where its program is not on this machine. */
  run(cloud: TestCloud): Promise<Run | undefined>;
}

/** The columns that an export of orders has by default, as the table has them. */
const QUERY = `select order_id, order_number, external_id, order_uuid, customer_id, customer_name, email, status, currency,
  subtotal, tax, total, quantity, is_gift, note, metadata, placed_at, shipped_on, updated_at, weight_kg
  from app.orders where account_id = 'acme' order by order_id`;

const USER = 'ada';
const POLL_MS = 20;

/** An export over the API, of all orders of an account. */
export function waybill(name: string, request: object): Contestant {
  return {
    name,
    async run(cloud) {
      const startedAt = performance.now();
      const { status, body } = await cloud.create(USER, { report: 'orders', ...request });
      if (status !== 202 && status !== 201) throw new Error(`${name}: ${JSON.stringify(body)}`);
      let usage: (() => Usage) | undefined;
      let view: ExportView = body;
      while (view.status === 'queued' || view.status === 'running') {
        const [task] = cloud.tasks.running();
        if (task?.pid !== undefined) usage ??= watchProcess(task.pid);
        await sleep(POLL_MS);
        if (cloud.tasks.running().length > 0) continue;
        view = (await cloud.call<ExportView>(USER, 'GET', `/v1/exports/${body.id}`)).body;
      }
      const fromRequestSeconds = (performance.now() - startedAt) / 1000;
      if (view.status !== 'ready') throw new Error(`${name}: ${JSON.stringify(view)}`);
      const { timings, file } = (await cloud.call<Waybill>(USER, 'GET', `/v1/exports/${body.id}/waybill`)).body;
      return {
        seconds: (Date.parse(timings.finishedAt) - Date.parse(timings.startedAt)) / 1000,
        fromRequestSeconds,
        megabytes: file.bytes / 1e6,
        ...usage?.(),
      };
    },
  };
}

interface Program {
  readonly name: string;
  readonly command: string;
  args(query: string, databaseUrl: string): readonly string[];
  /** Succeeds only where the program can run; nothing to ask by default. */
  readonly probe?: readonly string[];
}

/** Another program, given the same rows. */
function program({ name, command, args, probe = [] }: Program): Contestant {
  return {
    name,
    async run(cloud) {
      if (probe.length > 0 && spawnSync(command, probe).status !== 0) return undefined;
      const { postgresUrl, bucketName } = cloud.info();
      const environment = { DATABASE_URL: postgresUrl, QUERY, BUCKET: bucketName };
      const startedAt = performance.now();
      const child = spawn(command, args(QUERY.replaceAll(/\s+/g, ' '), postgresUrl), {
        env: { PATH: process.env.PATH, ...cloud.operatorEnvironment, ...environment },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const errors: Buffer[] = [];
      child.stderr.on('data', (data) => errors.push(data));
      const usage = watchProcess(child.pid ?? 0);
      const [code] = await once(child, 'close');
      if (code !== 0) throw new Error(`${name} ended with ${code}: ${Buffer.concat(errors)}`);
      return { seconds: (performance.now() - startedAt) / 1000, ...usage() };
    },
  };
}

const rival = (file: string) => new URL(`../rivals/${file}`, import.meta.url).pathname;

export const psql = program({
  name: 'psql \\copy to nowhere',
  command: 'psql',
  args: (query, url) => ['--no-psqlrc', '--quiet', '-c', `\\copy (${query}) to '/dev/null' csv header`, url],
  probe: ['--version'],
});

export const csvStringify = program({
  name: 'pg-query-stream, csv-stringify, same upload',
  command: process.execPath,
  args: () => [rival('csv-stringify.mjs')],
});

export const excelJs = program({
  name: 'exceljs, same upload',
  command: process.execPath,
  args: () => [rival('exceljs.mjs')],
});

export const pandas = program({
  name: 'pandas read_sql, to_csv to nowhere',
  command: '/usr/bin/python3',
  args: () => [rival('data-frame.py')],
  probe: ['-c', 'import pandas, psycopg2, sqlalchemy'],
});
