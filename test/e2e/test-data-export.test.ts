import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EstimateView } from '../../core/contract/estimate-schemas.ts';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import { verifyFiles } from '../../scripts/verify-files.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
let directory: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  directory = await mkdtemp(join(tmpdir(), 'waybill-test-data-'));
}, 600_000);
afterAll(async () => {
  await cloud?.stop();
  await rm(directory, { recursive: true, force: true });
});

const promptContext = 'for the launch of a secret thing';
const request = {
  report: 'generated-test-data',
  filters: {
    schema: [
      { name: 'customer', type: 'fullName' },
      { name: 'amount', type: 'decimal', min: -5, max: 5 },
    ],
    seed: 11,
    promptContext,
  },
};

function requestOf(rows: number, form: object = {}) {
  return { ...request, ...form, filters: { ...request.filters, rows } };
}

/** The rows of the file, once it has been found to be as its waybill says. */
async function exported(rows: number, form: { format: 'csv' | 'ndjson'; compression: 'gzip' | 'zstd' }) {
  const created = await cloud.create('mel', requestOf(rows, form));
  expect(created.status).toBe(202);
  const view = await cloud.ended('mel', created.body.id);
  expect(view).toMatchObject({ status: 'ready', file: { rows } });
  const file = await cloud.download('mel', view.id);
  const waybill = await cloud.call('mel', 'GET', `/v1/exports/${view.id}/waybill`);
  const path = join(directory, view.file?.name ?? '');
  await writeFile(path, file);
  expect((await verifyFiles([path], JSON.stringify(waybill.body))).differences).toEqual([]);
  return (form.compression === 'gzip' ? gunzipSync(file) : zstdDecompressSync(file)).toString('utf8');
}

test('the same request gives the same rows as a function and as a task, and no log says what they are for', async () => {
  const lines = (await exported(2_000, { format: 'ndjson', compression: 'zstd' })).trimEnd().split('\n');
  const small = lines.map((line) => Object.values(JSON.parse(line)));
  const large = (await exported(12_000, { format: 'csv', compression: 'gzip' })).trimEnd().split('\r\n');
  expect(large[0]).toBe('row,customer,amount');
  expect(large.slice(1, 2_001).map((line) => line.split(','))).toEqual(small);
  expect(cloud.output.join('\n')).not.toContain(promptContext);
});

test('an estimate shows the first of them', async () => {
  const estimate = await cloud.call<EstimateView>('mel', 'POST', '/v1/exports/estimate', {
    body: requestOf(12_000, { format: 'csv' }),
  });
  expect(estimate).toMatchObject({ status: 200, body: { rows: 12_000, exact: true, route: 'large' } });
  expect(estimate.body.preview).toHaveLength(20);
  expect(estimate.body.preview[0]).toEqual(['1', expect.any(String), expect.stringMatching(/^-?\d\.\d\d$/)]);
});

test('a viewer may not make any', async () => {
  const refused = await cloud.create<ProblemView>('val', requestOf(1, { format: 'csv' }));
  expect(refused).toMatchObject({ status: 403, body: { code: 'permission_required' } });
});
