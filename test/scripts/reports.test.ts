// @module-tag verify-counts

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalog } from '../../reports/index.ts';
import { READER_ROLE, seedSampleDatabase } from '../../sample/seed.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

let postgres: TestPostgres;
let url: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const { adminUrl, host, port } = postgres.server;
  await seedSampleDatabase({ adminUrl, readerPassword: 'reader', orders: { acme: 1_000, globex: 1_000 } });
  url = `postgresql://${READER_ROLE}:reader@${host}:${port}/postgres`;
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** What the command prints, and how it ends. */
async function check(...options: string[]) {
  const command = promisify(execFile)(process.execPath, ['scripts/reports.ts', 'check', '--url', url, ...options]);
  const { stdout, stderr } = await command.catch((error: { stdout: string; stderr: string }) => error);
  return { stdout, stderr, code: command.child.exitCode };
}

test('the whole catalog fits the sample database, with first choices for what a request must have', async () => {
  const stdout = catalog.reports.map(({ id }) => `OK ${id}\n`).join('');
  expect(await check()).toEqual({ stdout, stderr: '', code: 0 });
});

test('filters can be given instead, and must be those of the report', async () => {
  expect(await check('--report', 'ticketing', '--filters', '{"event":"1003"}')).toMatchObject({ code: 0 });
  expect(await check('--report', 'ticketing', '--filters', '{}')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^reports\/ticketing\.ts:\d+: filters cannot be checked with these \(\/filters\/event/,
    ),
  });
});

test('an account without choices is told, not passed over', async () => {
  expect(await check('--report', 'ticketing', '--account', 'nobody')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('name others with --filters'),
  });
});
