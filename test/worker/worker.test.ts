import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { freezeRequest } from '../../core/domain/freeze-request.ts';
import { orders } from '../../reports/orders.ts';
import { READER_ROLE, seedSampleDatabase } from '../../sample/seed.ts';
import { createAdmitted, recordOf } from '../adapters/store-contract/stores-under-test.ts';
import { BUCKET, CREDENTIALS, type LocalS3, startLocalS3 } from '../local/s3/local-s3.ts';
import { openDynamoStores } from '../support/dynamo-stores.ts';
import { startDynamo, type TestDynamo } from '../support/dynoxide.ts';
import type { refOf } from '../support/exports.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let dynamo: TestDynamo;
let s3: LocalS3;
let secrets: Server;
let stores: Awaited<ReturnType<typeof openDynamoStores>>;

beforeAll(async () => {
  [postgres, dynamo, s3] = await Promise.all([startTestPostgres(), startDynamo(), startLocalS3()]);
  const { adminUrl, host, port } = postgres.server;
  await seedSampleDatabase({ adminUrl, readerPassword: 'reader', orders: { acme: 1000, globex: 1000 } });
  const secret = { host, port, dbname: 'postgres', username: READER_ROLE, password: 'reader' };
  secrets = createServer((_, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ SecretString: JSON.stringify(secret) }));
  }).listen(0, '127.0.0.1');
  await once(secrets, 'listening');
});
afterAll(async () => {
  secrets.close();
  await Promise.all([postgres[Symbol.asyncDispose](), dynamo.stop(), s3[Symbol.asyncDispose]()]);
});
beforeEach(async () => {
  stores = await openDynamoStores(dynamo.endpoint);
});

function admittedExport(columns: readonly string[] = ['orderId', 'note']) {
  const frozen = freezeRequest(
    orders,
    {
      format: 'csv',
      compression: 'none',
      dialect: 'rfc4180',
      locale: 'en',
      timeZone: 'UTC',
      neutralizeFormulas: true,
      filters: {},
      columns,
    },
    undefined,
    Date.now(),
  );
  if (!frozen.ok) throw new Error('the request is not valid');
  return createAdmitted(stores, 1, { snapshot: frozen.snapshot });
}

function startWorker(
  ref: ReturnType<typeof refOf>,
  variables: Readonly<Record<string, string>> = {},
): { worker: ChildProcess; logs: () => string[] } {
  const worker = spawn(process.execPath, ['worker/main.ts'], {
    env: {
      PATH: process.env.PATH,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secrets.address() as AddressInfo).port}`,
      STAGE: 'test',
      TABLE_NAME: stores.tableName,
      BUCKET_NAME: BUCKET,
      DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:database',
      EXPORT_ID: ref.exportId,
      EXECUTION_ARN: 'arn:aws:states:eu-central-1:000000000000:execution:exports:1',
      ACCOUNT_ID: ref.accountId,
      DATABASE_CONNECTIONS: '1',
      PART_WORKERS: '4',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [worker.stdout, worker.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  }
  return { worker, logs: () => output.trimEnd().split('\n') };
}

async function exitCode(worker: ChildProcess): Promise<number | null> {
  const [code] = await once(worker, 'exit');
  return code;
}

/** Each test starts up to two processes, which have the whole SDK to load. */
vi.setConfig({ testTimeout: 60_000 });

test('publishes, exits 0, and logs structured lines with the export', async () => {
  const ref = await admittedExport();
  const { worker, logs } = startWorker(ref);
  expect(await exitCode(worker)).toBe(0);
  const record = await recordOf(stores, ref);
  expect(record).toMatchObject({ status: 'ready', file: { rows: 1000 } });
  const printed = logs().map((line) => JSON.parse(line) as Record<string, unknown>);
  const lines = printed.filter((line) => line._aws === undefined);
  expect(lines.map(({ message }) => message)).toEqual(['attempt claimed', 'attempt ended']);
  const measured = printed.filter((line) => line._aws !== undefined);
  expect(measured).toMatchObject([{ QueueWaitSeconds: expect.any(Number) }, { ExportsReady: 1, RowsExported: 1000 }]);
  for (const line of lines) expect(line).toMatchObject({ exportId: ref.exportId, service: 'worker', stage: 'test' });

  // Another task for the same export finds it ended: nothing to do, and nothing to repeat.
  expect(await exitCode(startWorker(ref).worker)).toBe(0);
  expect(await recordOf(stores, ref)).toEqual(record);
});

test('one of several workers exits 0 when there is nothing for it to do', async () => {
  const ref = await admittedExport();
  const { worker, logs } = startWorker(ref, { ROLE: 'part', WORKER_NUMBER: '3' });
  expect(await exitCode(worker)).toBe(0);
  expect(logs().map((line) => JSON.parse(line))).toMatchObject([
    { message: 'part ended', outcome: { kind: 'done' }, role: 'part', worker: 3, exportId: ref.exportId },
  ]);
  expect(await recordOf(stores, ref)).toMatchObject({ status: 'queued' });
});

test('a lead makes a file that is too small to share out by itself, and lets whoever waits go', async () => {
  const ref = await admittedExport();
  const { worker } = startWorker(ref, { ROLE: 'lead', HANDOVER: 'exports-0' });
  expect(await exitCode(worker)).toBe(0);
  expect(await recordOf(stores, ref)).toMatchObject({ status: 'ready', file: { rows: 1000 } });
  expect(await stores.ranges.handOver(ref.exportId, 'exports-0', { token: 'late' }, Date.now())).toEqual({
    token: 'late',
    workers: [],
  });
});

test('a lead without workers gives the attempt back, and exits 1, once its step is begun anew', async () => {
  const ref = await admittedExport();
  // Rows that seem to be wide are worth sharing out.
  await postgres.admin.query(
    `SELECT pg_restore_attribute_stats('schemaname', 'app', 'relname', 'orders', 'attname', 'note', 'inherited', false,
       'null_frac', 0::real, 'n_distinct', 2::real, 'avg_width', 300000)`,
  );
  const run = `${ref.exportId}-1`;
  const { worker, logs } = startWorker(ref, { ROLE: 'lead', HANDOVER: `${run}-0` });
  const exited = exitCode(worker);
  try {
    await vi.waitFor(async () => expect((await stores.ranges.handovers(ref.exportId)).length).toBe(1), 20_000);
  } finally {
    await postgres.admin.query('ANALYZE app.orders');
  }
  expect((await stores.ranges.read(ref.exportId))?.ranges.length).toBeGreaterThan(1);
  await stores.ranges.handOver(ref.exportId, `${run}-1`, { token: 'of the next run' }, Date.now());
  expect(await exited).toBe(1);
  const interrupted = logs()
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ message }) => message === 'attempt interrupted');
  expect(interrupted).toMatchObject([{ reason: 'given-up', role: 'lead' }]);
  expect(await recordOf(stores, ref)).toMatchObject({ status: 'running', attempt: 1, uncountedAttempts: 1 });
  expect(await stores.attempts.claim(ref, 'next', Date.now())).toMatchObject({
    kind: 'claimed',
    attempt: { number: 2 },
  });
});

test('a recorded failure exits 0', async () => {
  const ref = await admittedExport();
  await postgres.admin.query('ALTER TABLE app.orders RENAME TO missing');
  try {
    expect(await exitCode(startWorker(ref).worker)).toBe(0);
  } finally {
    await postgres.admin.query('ALTER TABLE app.missing RENAME TO orders');
  }
  expect(await recordOf(stores, ref)).toMatchObject({ status: 'failed', failure: { code: 'internal' } });
});

test('SIGTERM: upload aborted, claim given back uncounted, exit 1; the next worker goes on at once', async () => {
  const ref = await admittedExport();
  await postgres.admin.query('BEGIN; LOCK TABLE app.orders IN ACCESS EXCLUSIVE MODE');
  const { worker } = startWorker(ref);
  await postgres.sessions(1);
  const exited = exitCode(worker);
  worker.kill('SIGTERM');
  expect(await exited).toBe(1);
  await postgres.admin.query('ROLLBACK');

  expect(await recordOf(stores, ref)).toMatchObject({ status: 'running', attempt: 1, uncountedAttempts: 1 });
  await postgres.sessions(0);
  const uploads = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
  expect(uploads.Uploads ?? []).toEqual([]);

  expect(await exitCode(startWorker(ref).worker)).toBe(0);
  expect(await recordOf(stores, ref)).toMatchObject({ status: 'ready', attempt: 2 });
});
