import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresExportSource } from '../../../adapters/postgres/source.ts';
import { sql } from '../../../core/domain/sql.ts';
import type { OpenStream } from '../../../core/ports/export-source.ts';
import { backendMessage, copyServer } from '../../support/copy-server.ts';
import { readAll, testPlan, testReport, textsPlan } from '../../support/plans.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** More rows than sockets and buffers can hold: the server is still sending when a test interferes. */
const endless = testPlan(
  testReport(
    { id: 'integer', value: 'text' },
    sql`
    SELECT 'acme' AS account, id, repeat('x', 1000) AS value FROM generate_series(1, 1000000) AS id`,
  ),
);
/** Sends nothing for a minute. */
const silent = testPlan(
  testReport({ id: 'integer' }, sql`SELECT 'acme' AS account, 1 AS id FROM (SELECT pg_sleep(60)) AS slept`),
);

async function drain(stream: OpenStream<unknown>): Promise<void> {
  for await (const _ of stream.items);
}

async function firstChunk(stream: OpenStream<unknown>): Promise<void> {
  for await (const _ of stream.items) return;
}

describe('the way a query can end', () => {
  test('over its time limit: query_timeout, not to be repeated', async () => {
    const source = postgres.source({ statementTimeoutMs: 200 });
    await expect(readAll(source, silent)).rejects.toMatchObject({ code: 'query_timeout', retryable: false });
    await postgres.sessions(0);
  });

  test('a value that cannot be computed: invalid_data', async () => {
    const report = testReport(
      { id: 'integer', value: 'integer' },
      sql`
      SELECT 'acme' AS account, id, 100 / (500 - id) AS value FROM generate_series(1, 1000) AS id`,
    );
    await expect(readAll(postgres.source(), testPlan(report))).rejects.toMatchObject({
      code: 'invalid_data',
      retryable: false,
    });
    await postgres.sessions(0);
  });

  test('a mistake in the report: internal', async () => {
    const report = testReport({ id: 'integer' }, sql`SELECT 'acme' AS account, 1 AS id FROM missing`);
    await expect(readAll(postgres.source(), testPlan(report))).rejects.toMatchObject({
      code: 'internal',
      retryable: false,
    });
  });

  test('its session ended by an operator: source_unavailable', async () => {
    const controller = new AbortController();
    const stream = await postgres.source().open(endless, controller.signal);
    await firstChunk(stream);
    const again = postgres.source().open(silent, controller.signal);
    const ended = expect(again.then(drain)).rejects.toMatchObject({ code: 'source_unavailable', retryable: true });
    await postgres.sessions(2);
    await postgres.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'waybill %'`,
    );
    await ended;
    await stream.close();
    await postgres.sessions(0);
  });
});

describe('connections', () => {
  test('nobody listens: source_unavailable', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const source = postgresExportSource(async () => ({
      host: '127.0.0.1',
      port,
      database: 'd',
      user: 'u',
      password: 'p',
      tls: false,
    }));
    await expect(readAll(source, silent)).rejects.toMatchObject({ code: 'source_unavailable', retryable: true });
    await expect(source.measure(silent, 10)).rejects.toMatchObject({ code: 'source_unavailable' });
  });

  test('cut while rows arrive: source_unavailable', async () => {
    const source = await copyServer((socket) => {
      socket.write(backendMessage('d', 'one\n'));
      socket.end(backendMessage('d', 'two\n').subarray(0, 7));
    });
    await expect(readAll(source, textsPlan([]))).rejects.toMatchObject({ code: 'source_unavailable', retryable: true });
  });

  test('a server without TLS is refused where TLS is asked for', async () => {
    const { host, port } = postgres.server;
    const source = postgresExportSource(async () => ({
      host,
      port,
      database: 'postgres',
      user: 'u',
      password: 'p',
      tls: true,
    }));
    await expect(readAll(source, silent)).rejects.toMatchObject({
      code: 'source_unavailable',
      cause: { message: expect.stringContaining('SSL') },
    });
  });
});

describe('rows are counted twice', () => {
  const rows = (...texts: string[]) => Buffer.concat(texts.map((text) => backendMessage('d', text)));

  test('as many as the server says: complete', async () => {
    const source = await copyServer((socket) => {
      socket.write(Buffer.concat([rows('a\n', 'b\\nc\n'), backendMessage('c', ''), backendMessage('C', 'COPY 2\0')]));
    });
    expect(await readAll(source, textsPlan([]))).toEqual({ text: 'a\r\n"b\nc"\r\n', rows: 2, rowCount: 2 });
  });

  test.each(['COPY 3', 'COPY 1', 'SELECT 2'])('the server says %s, two came: not a file', async (tag) => {
    const source = await copyServer((socket) => {
      socket.write(Buffer.concat([rows('a\n', 'b\n'), backendMessage('c', ''), backendMessage('C', `${tag}\0`)]));
    });
    await expect(readAll(source, textsPlan([]))).rejects.toMatchObject({
      code: 'internal',
      retryable: true,
      cause: { name: 'CopyIncompleteError' },
    });
  });
});

describe('stopping', () => {
  const reason = new Error('cancelled by the test');

  test('while rows arrive, the iteration throws the reason and the session ends', async () => {
    const controller = new AbortController();
    const stream = await postgres.source().open(endless, controller.signal);
    await firstChunk(stream);
    const rest = postgres.source().open(endless, controller.signal).then(drain);
    await postgres.sessions(2);
    controller.abort(reason);
    await expect(rest).rejects.toBe(reason);
    await postgres.sessions(0);
  });

  test('while the query is silent, it is ended on the server as well', async () => {
    const controller = new AbortController();
    const reading = postgres.source().open(silent, controller.signal).then(drain);
    await postgres.sessions(1);
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await postgres.sessions(0);
  });

  test('closing in the middle ends the query', async () => {
    const stream = await postgres.source().open(endless, new AbortController().signal);
    await firstChunk(stream);
    await stream.close();
    await postgres.sessions(0);
  });

  test('measuring stops too', async () => {
    const controller = new AbortController();
    const measuring = postgres.source().measure(silent, 10, controller.signal);
    await postgres.sessions(1);
    controller.abort(reason);
    await expect(measuring).rejects.toBe(reason);
    await postgres.sessions(0);
  });
});

test('a slow reader holds the server back instead of filling memory', async () => {
  const stream = await postgres.source().open(endless, new AbortController().signal);
  const iterator = stream.items[Symbol.asyncIterator]();
  await iterator.next();
  const before = process.memoryUsage().arrayBuffers;
  // Long enough for the server to send all of its gigabyte, were it not held back.
  await postgres.admin.query('SELECT pg_sleep(0.5)');
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  const { rows } = await postgres.admin.query<{ waiting: string }>(
    `SELECT wait_event AS waiting FROM pg_stat_activity WHERE application_name LIKE 'waybill %'`,
  );
  expect(rows).toEqual([{ waiting: 'ClientWrite' }]);
  await stream.close();
});
