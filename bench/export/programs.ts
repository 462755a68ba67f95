import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { copyCommand } from '../../adapters/postgres/export-query.ts';
import { fileColumns } from '../../core/domain/export-plan.ts';
import { freezeRequest } from '../../core/domain/freeze-request.ts';
import { orders } from '../../reports/orders.ts';
import { operatorConfig } from '../../test/e2e/operator.ts';
import type { TestCloud } from '../../test/e2e/test-cloud.ts';
import { type Contestant, type ContestantId, MOST_ROWS, paces } from './contestant.ts';
import { watchParties, watchProcess } from './process-usage.ts';

/** The columns that an export of orders has by default, as the table has them. */
const QUERY = `select order_id, order_number, external_id, order_uuid, customer_id, customer_name, email, status, currency,
  subtotal, tax, total, quantity, is_gift, note, metadata, placed_at, shipped_on, updated_at, weight_kg
  from app.orders where account_id = 'acme' order by order_id`;

/** What the export asks the database for: the same rows, in the text format of COPY. */
function exportCommand(): string {
  const request = {
    format: 'csv',
    compression: 'none',
    dialect: 'rfc4180',
    locale: 'en',
    timeZone: 'UTC',
    neutralizeFormulas: true,
    filters: {},
  } as const;
  const frozen = freezeRequest(orders, request, undefined, Date.now());
  if (!frozen.ok) throw new Error(JSON.stringify(frozen.issues));
  const { snapshot } = frozen;
  return copyCommand({ accountId: 'acme', report: orders, snapshot, columns: fileColumns(orders, snapshot) });
}

interface Program {
  readonly id: ContestantId;
  readonly name: string;
  readonly kind?: Contestant['kind'];
  readonly command: string;
  args(query: string, databaseUrl: string): readonly string[];
  /** Succeeds only where the program can run; nothing to ask by default. */
  readonly probe?: readonly [command: string, ...args: string[]];
  readonly rounds?: Contestant['rounds'];
}

/** Another program, given the same rows. */
function program({ id, name, kind = 'rival', command, args, probe, rounds = paces.once }: Program): Contestant {
  return {
    id,
    name,
    kind,
    rounds,
    async run(cloud) {
      if (probe !== undefined && spawnSync(probe[0], probe.slice(1)).status !== 0) return undefined;
      const { postgresUrl, bucketName } = cloud.info();
      const key = `bench/${randomUUID()}`;
      const environment = { DATABASE_URL: postgresUrl, QUERY, BUCKET: bucketName, KEY: key };
      const partiesOf = watchParties();
      const startedAt = performance.now();
      const child = spawn(command, args(QUERY.replaceAll(/\s+/g, ' '), postgresUrl), {
        env: { PATH: process.env.PATH, ...cloud.operatorEnvironment, ...environment },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const errors: Buffer[] = [];
      child.stderr.on('data', (data) => errors.push(data));
      const usageOf = watchProcess(child.pid ?? 0);
      const [code] = await once(child, 'close');
      const seconds = (performance.now() - startedAt) / 1000;
      const usage = usageOf();
      const parties = partiesOf(usage.cpuSeconds);
      if (code !== 0) throw new Error(`${name} ended with ${code}: ${Buffer.concat(errors)}`);
      await remove(cloud, bucketName, key);
      return { seconds, ...usage, parties };
    },
  };
}

/** So that the files of rivals do not fill the disk; those that upload none have none. */
async function remove(cloud: TestCloud, Bucket: string, Key: string): Promise<void> {
  const client = new S3Client(operatorConfig(cloud));
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
  client.destroy();
}

const rival = (file: string) => new URL(`../rivals/${file}`, import.meta.url).pathname;

const psql = program({
  id: 'psql',
  name: 'psql \\copy to nowhere',
  kind: 'reference',
  command: 'psql',
  args: (query, url) => ['--no-psqlrc', '--quiet', '-c', `\\copy (${query}) to '/dev/null' csv header`, url],
  probe: ['psql', '--version'],
  rounds: paces.fast,
});

/** What the database's part of an export takes by itself. */
const psqlSame = program({
  id: 'psql-same',
  name: 'psql, what the export asks for, to nowhere',
  command: 'psql',
  args: (_query, url) => ['--no-psqlrc', '--quiet', '-c', exportCommand(), url],
  probe: ['psql', '--version'],
  rounds: (rows, rounds) => (rows > MOST_ROWS ? 0 : rounds),
});

/** Two of those at once, as the connections of a parallel export are: to see what look-ups beside them take. */
const psqlTwice: Contestant = {
  id: 'psql-twice',
  name: 'two of psql at once',
  kind: 'reference',
  rounds: () => 0,
  async run(cloud) {
    const [run] = await Promise.all([psql.run(cloud), psql.run(cloud)]);
    return run;
  },
};

const csvStringify = program({
  id: 'csv-stringify',
  name: 'pg-query-stream, csv-stringify, same upload',
  command: process.execPath,
  args: () => [rival('csv-stringify.mjs')],
  rounds: paces.rival,
});

const pandas = program({
  id: 'pandas',
  name: 'pandas read_sql, to_csv to nowhere',
  command: '/usr/bin/python3',
  args: () => [rival('data-frame.py')],
  probe: ['/usr/bin/python3', '-c', 'import pandas, psycopg2, sqlalchemy'],
});

const duckDb = (format: 'csv' | 'parquet') =>
  program({
    id: `duckdb-${format}`,
    name: `psql, DuckDB COPY to ${format}, same upload`,
    command: process.execPath,
    args: () => [rival('duckdb.mjs'), format],
    probe: ['psql', '--version'],
  });

const hyparquetWriter = program({
  id: 'hyparquet-writer',
  name: 'pg-query-stream, hyparquet-writer, same upload',
  command: process.execPath,
  args: () => [rival('hyparquet-writer.mjs')],
});

const excelJs = program({
  id: 'exceljs',
  name: 'exceljs, same upload',
  command: process.execPath,
  args: () => [rival('exceljs.mjs')],
});

export const programs: readonly Contestant[] = [
  psql,
  psqlSame,
  psqlTwice,
  csvStringify,
  pandas,
  duckDb('csv'),
  hyparquetWriter,
  duckDb('parquet'),
  excelJs,
];
