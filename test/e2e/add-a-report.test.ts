// @module-tag estimates
// @module-tag add-a-report
// @module-tag mistakes-in-reports

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EstimateView } from '../../core/contract/estimate-schemas.ts';
import type { ReportView } from '../../core/contract/report-schemas.ts';
import { checkReports } from '../../local/check-reports.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';
import { WorkingTreeClone } from './working-tree-clone.ts';

const guide = readFileSync('docs/add-a-report.md', 'utf8');
const [, file = '', code = ''] = /^`(reports\/[\w-]+\.ts)`:\n\n```ts\n(.*?)^```$/ms.exec(guide) ?? [];

const clone = new WorkingTreeClone();

let cloud: TestCloud;
beforeAll(async () => {
  clone.write(file, code);
  cloud = await startTestCloud({ root: clone.directory });
});
afterAll(async () => {
  await cloud?.stop();
  clone.remove();
});

/** Runs what the guide says to run. */
async function check(): Promise<{ code: number; output: string }> {
  const args = ['scripts/reports.ts', 'check', '--report', 'customers', '--origin', cloud.origin];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: clone.directory });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code: exitCode, stderr } = error as { code: number; stderr: string };
    return { code: exitCode, output: stderr };
  }
}

describe('the guide, followed to the letter', () => {
  test('gives a report that is checked, described, estimated and exported', async () => {
    expect(file).toBe('reports/customers.ts');
    expect(await check()).toEqual({ code: 0, output: 'OK customers\n' });
    expect(await checkReports(clone.directory, cloud.database.adminUrl)).toEqual([]);

    const { body: report } = await cloud.call<ReportView>('ada', 'GET', '/v1/reports/customers');
    expect(report).toMatchObject({ title: 'Customers', formats: ['csv', 'xlsx', 'json'] });
    expect(Object.keys(report.filters.properties as object)).toEqual(['addedFrom', 'addedTo', 'added', 'country']);

    const request = { report: 'customers', format: 'csv', filters: { country: 'DE' } };
    const { body: estimate } = await cloud.call<EstimateView>('ada', 'POST', '/v1/exports/estimate', { body: request });
    expect(estimate).toMatchObject({ exact: true, route: 'small', warnings: [] });

    const { body: created } = await cloud.create('ada', request);
    const ended = await cloud.ended('ada', created.id);
    expect(ended).toMatchObject({ status: 'ready', file: { rows: estimate.rows } });
    const [heading, ...rows] = parse(await cloud.download('ada', created.id)) as string[][];
    expect(heading).toEqual(['Customer ID', 'Name', 'E-mail', 'Country', 'Added at']);
    expect(rows).toHaveLength(estimate.rows);
    expect(new Set(rows.map(([, , , country]) => country))).toEqual(new Set(['DE']));
    expect(rows.slice(0, 20)).toEqual(estimate.preview);
  });

  test('a mistake is told with file and line', async () => {
    const mistaken = code.replace("header: 'Customer ID', type: 'integer'", "header: 'Customer ID', type: 'uuid'");
    clone.write(file, mistaken);
    const line = mistaken.split('\n').findIndex((text) => text.includes("type: 'uuid'")) + 1;
    const told = await check();
    expect(told).toEqual({
      code: 1,
      output: `reports/customers.ts:${line}: columns.customerId is declared as uuid, but the query yields the type with OID 20: cast it, or change the type\n`,
    });
    expect(guide).toContain(told.output);
    expect(await checkReports(clone.directory, cloud.database.adminUrl)).toEqual([told.output.trim()]);
  });

  test('a mistake that shows without a database stops the synthesis', async () => {
    clone.write(file, code.replace("header: 'E-mail'", "header: 'Name'"));
    const synth = promisify(execFile)(process.execPath, ['bin/waybill.ts'], { cwd: clone.directory });
    await expect(synth).rejects.toMatchObject({
      stderr: expect.stringMatching(/reports\/customers\.ts:\d+: columns\.email has the header of "name"/),
    });
  });
});
