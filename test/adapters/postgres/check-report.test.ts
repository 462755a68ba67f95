// @module-tag mistakes-in-reports

import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkAgainstDatabase } from '../../../adapters/postgres/check-report.ts';
import type { Report } from '../../../core/domain/report.ts';
import { sql } from '../../../core/domain/sql.ts';
import { testPlan, testReport } from '../../support/plans.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

async function mistakesOf(query: string, changes: Partial<Report> = {}): Promise<string[]> {
  const report = testReport({ id: 'integer', amount: 'decimal', note: 'text' }, { ...sql``, text: [query] });
  const mistakes = await checkAgainstDatabase(testPlan({ ...report, ...changes }), postgres.credentials);
  return mistakes.map(({ path, message }) => `${path.join('.')} ${message}`);
}

const rows = (values: string) =>
  `SELECT account, id, amount::numeric(20, 6), note FROM (VALUES ${values}) AS v (account, id, amount, note)`;

test('a report that fits its database has no mistake', async () => {
  expect(await mistakesOf(rows(`('acme', 1, 1.5, 'a'), ('acme', 2, 2, 'b'), ('globex', 1, 3, 'c')`))).toEqual([]);
});

test.each<[string, string, RegExp]>([
  ['an SQL error', 'SELECT account, id FROM nowhere', /^source\.query fails: relation "nowhere" does not exist/],
  ['no account column', `SELECT 1 AS id, 2::numeric AS amount, 'x' AS note`, /column report\.account does not exist/],
  [
    'a column that is missing',
    `SELECT 'acme' AS account, 1 AS id, 'x' AS note`,
    /column report\.amount does not exist/,
  ],
  [
    'another type',
    `SELECT 'acme' AS account, 'one' AS id, 2::numeric AS amount, 'x' AS note`,
    /^columns\.id is declared as integer, but the query yields the type with OID 25/,
  ],
  [
    'more digits than declared',
    `SELECT 'acme' AS account, 1 AS id, 2::numeric(24, 8) AS amount, 'x' AS note`,
    /^columns\.amount is declared with precision 20 and scale 6, but the query yields numeric\(24, 8\)/,
  ],
  [
    'a key that is not unique',
    rows(`('acme', 7, 1, 'a'), ('acme', 7, 2, 'b'), ('acme', 8, 1, 'c')`),
    /^key id is not unique: 2 rows have \(7\)/,
  ],
])('%s', async (_, query, mistake) => {
  expect(await mistakesOf(query)).toEqual([expect.stringMatching(mistake)]);
});

test('the same key in another account is no mistake, and a longer key may tell rows apart', async () => {
  const query = rows(`('acme', 7, 1, 'a'), ('acme', 7, 2, 'b')`);
  expect(await mistakesOf(query, { key: ['id', 'note'] })).toEqual([]);
});

test('a database out of reach is no mistake of the report', async () => {
  const unreachable = { ...postgres.credentials, port: 1 };
  const plan = testPlan(testReport({ id: 'integer' }, sql`SELECT 1`));
  await expect(checkAgainstDatabase(plan, unreachable)).rejects.toThrow(/ECONNREFUSED/);
});
