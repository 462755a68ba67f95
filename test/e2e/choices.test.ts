// @module-tag sample-seeding

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EstimateView } from '../../core/contract/estimate-schemas.ts';
import type { ExportListView } from '../../core/contract/export-schemas.ts';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import type { ChoiceListView, ReportView } from '../../core/contract/report-schemas.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 1_000 });
}, 600_000);
afterAll(() => cloud?.stop());

const GALA = '1003';
const NEVER_THERE = '999999';

function choices<Body = ChoiceListView>(user: string, filter: string, query: Record<string, string> = {}) {
  const search = new URLSearchParams(query);
  return cloud.call<Body>(user, 'GET', `/v1/reports/ticketing/filters/${filter}/choices?${search}`);
}

/** The answer to a request for the tickets of an event, but for what differs between any two requests. */
async function refusal(path: '/v1/exports' | '/v1/exports/estimate', filters: object) {
  const body = { report: 'ticketing', filters };
  const answer = await cloud.call<ProblemView>('ada', 'POST', path, { body });
  const { requestId, ...problem } = answer.body;
  expect(requestId).toBeTruthy();
  return {
    status: answer.status,
    text: JSON.stringify(problem),
    pointers: problem.errors?.map((each) => each.pointer),
  };
}

const exportCount = async () => (await cloud.call<ExportListView>('ada', 'GET', '/v1/exports')).body.total;

test('a viewer finds the events of the account, and no others', async () => {
  const report = await cloud.call<ReportView>('val', 'GET', '/v1/reports/ticketing');
  expect(report.body.choices).toEqual(['event', 'ticketTypes']);
  const all = await choices('val', 'event');
  expect(all).toMatchObject({ status: 200, body: { hasMore: false } });
  expect(all.body.data).toHaveLength(12);
  expect(all.body.data.every(({ value }) => /^10\d\d$/.test(value))).toBe(true);
  const gala = { value: GALA, label: 'Midwinter Gala, Ponta Delgada, 2026-01-17' };
  expect((await choices('val', 'event', { search: 'GALA' })).body).toEqual({ data: [gala], hasMore: false });
  expect((await choices('val', 'event', { limit: '2' })).body).toMatchObject({ hasMore: true });
  expect((await choices('gus', 'event')).body.data.map(({ value }) => value)).toEqual(['2001', '2002']);
});

test('the database was filled by the deployed function, which does no harm when it is invoked again', async () => {
  const seeder = cloud.plan.functions.find(({ environment }) => environment.ADMIN_SECRET_ARN !== undefined);
  const functionArn = seeder?.arn ?? '';
  const invoke = (payload: object) => cloud.functions.invoke({ caller: 'service', functionArn, payload });
  const orders = { acme: 1_000, globex: 1_000 };
  expect((await invoke({ orders })).payload).toMatchObject({ seeded: false });
  await expect(invoke({ orders: { ...orders, acme: 0 } })).rejects.toThrow('expected number to be >0');
});

test('a filter can depend on another', async () => {
  const ofGala = await choices('val', 'ticketTypes', { filters: JSON.stringify({ event: GALA }) });
  expect(ofGala.body.data).toHaveLength(5);
  expect(ofGala.body.data.every(({ value }) => value.startsWith(GALA))).toBe(true);
  const ofAny = await choices('val', 'ticketTypes', { limit: '100' });
  expect(ofAny.body.data).toHaveLength(60);
  const wrong = await choices<ProblemView>('val', 'ticketTypes', { filters: '{"event":"gala"}' });
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: '/filters/event' }] } });
  expect((await choices('val', 'status')).status).toBe(404);
});

test.each(['/v1/exports', '/v1/exports/estimate'] as const)(
  'what another account has is refused as what nobody has: POST %s',
  async (path) => {
    const before = await exportCount();
    const [foreign] = (await choices('gus', 'event')).body.data;
    const refused = await refusal(path, { event: foreign?.value });
    expect(refused).toMatchObject({ status: 422, pointers: ['/filters/event'] });
    expect(await refusal(path, { event: NEVER_THERE })).toEqual(refused);

    const ticketTypes = (id: string) => refusal(path, { event: GALA, ticketTypes: [`${GALA}1`, id] });
    const ofAnotherEvent = await ticketTypes('10011');
    expect(ofAnotherEvent).toMatchObject({ status: 422, pointers: ['/filters/ticketTypes/1'] });
    const [foreignType] = (await choices('gus', 'ticketTypes')).body.data;
    expect(await ticketTypes(foreignType?.value ?? '')).toEqual(ofAnotherEvent);
    expect(await ticketTypes(NEVER_THERE)).toEqual(ofAnotherEvent);
    expect(await exportCount()).toBe(before);
  },
);

test('what the account has is estimated and exported', async () => {
  const body = { report: 'ticketing', filters: { event: GALA, ticketTypes: [`${GALA}1`] } };
  const estimate = await cloud.call<EstimateView>('val', 'POST', '/v1/exports/estimate', { body });
  expect(estimate.status).toBe(200);
  const created = await cloud.create('val', body);
  const view = await cloud.ended('val', created.body.id);
  expect(view).toMatchObject({ status: 'ready', file: { rows: estimate.body.rows } });
  expect(estimate.body.rows).toBeGreaterThan(0);
  expect(cloud.authorizer.usage().flatMap((role) => role.denials)).toEqual([]);
});

test('while the database is down requests are accepted, and choices are not to be had', async () => {
  await cloud.database.server.crash();
  const created = await cloud.create('val', { report: 'ticketing', filters: { event: NEVER_THERE } });
  expect(created.status).toBe(202);
  expect(cloud.output.filter((line) => line.includes('accepted without looking up'))).toHaveLength(1);
  const asked = await choices<ProblemView>('val', 'event');
  expect(asked).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(JSON.stringify(asked.body)).not.toMatch(/ECONN|127\.0\.0\.1|password/);
});
