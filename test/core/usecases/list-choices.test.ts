import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { listChoicesQuery } from '../../../core/contract/report-schemas.ts';
import { ExportFailedError } from '../../../core/domain/errors.ts';
import type { Report } from '../../../core/domain/report.ts';
import { describeReport } from '../../../core/usecases/describe-report.ts';
import { listChoices } from '../../../core/usecases/list-choices.ts';
import { memoryChoices, noChoices } from '../../support/memory-choices.ts';
import { caller, testCatalog, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

const [guests, orders] = testCatalog.reports as [Report, Report];

/** Two filters with choices; one of the others is required, and a rule over two of them never holds. */
const report: Report = {
  ...guests,
  filters: z
    .object({
      event: z.string().regex(/^\d+$/, 'must be a number'),
      ticketTypes: z.array(z.string().regex(/^\d+$/)).optional(),
      valid: z.boolean().default(true),
    })
    .refine(() => false),
  choices: { event: noChoices, ticketTypes: noChoices },
};

const events = Array.from({ length: 120 }, (_, index) => String(1001 + index));
const owned = { acme: { event: events, ticketTypes: ['11', '12'] }, globex: { event: ['7'] } };

async function list(
  filter: string,
  query: Record<string, string> = {},
  { by = val, choices = memoryChoices(owned), reportId = 'guests' } = {},
) {
  const deps = { catalog: { reports: [report, orders] }, choices };
  return listChoices(deps, by, { reportId, filter }, listChoicesQuery.parse(query));
}

const values = ({ data }: { data: readonly { value: string }[] }) => data.map(({ value }) => value);

describe('the choices of a filter', () => {
  test('are the account’s, and as many as wanted', async () => {
    expect(await list('event')).toMatchObject({ hasMore: true });
    expect(values(await list('event'))).toEqual(events.slice(0, 50));
    expect(values(await list('event', { limit: '100' }))).toEqual(events.slice(0, 100));
    expect(await list('ticketTypes', { limit: '1' })).toEqual({ data: [{ value: '11', label: '11' }], hasMore: true });
    expect(await list('ticketTypes', { limit: '2' })).toMatchObject({ hasMore: false });
    expect(values(await list('event', {}, { by: caller('gus', 'viewer', 'globex') }))).toEqual(['7']);
  });

  test('can be searched', async () => {
    expect(await list('event', { search: '1003' })).toEqual({
      data: [{ value: '1003', label: '1003' }],
      hasMore: false,
    });
  });

  test('depend on the other filters, as far as those are there', async () => {
    const choices = memoryChoices(owned);
    await list('ticketTypes', { filters: '{"event":"1001"}' }, { choices });
    await list('ticketTypes', {}, { choices });
    await list('ticketTypes', { filters: '{"ticketTypes":["half a numb"],"valid":false}' }, { choices });
    expect(choices.asked.map(({ filters }) => filters)).toEqual([
      { event: '1001', valid: true },
      { valid: true },
      { valid: false },
    ]);
  });

  test.each([
    ['wrong', '{"event":"x"}', '/filters/event'],
    ['wrong inside', '{"event":"1","ticketTypes":["11","x"]}', '/filters/ticketTypes/1', 'event'],
    ['unknown', '{"colour":"red"}', '/filters/colour'],
  ])('are not looked up beside a filter that is %s', async (_, filters, pointer, filter = 'ticketTypes') => {
    const choices = memoryChoices(owned);
    const problem = await problemOf(list(filter, { filters }, { choices }));
    expect(problem).toMatchObject({ code: 'validation_failed', issues: [{ pointer }] });
    expect(choices.asked).toEqual([]);
  });

  test.each([
    ['no filter', 'colour', 'guests', 'not_found'],
    ['a filter without choices', 'valid', 'guests', 'not_found'],
    ['an inherited name', 'constructor', 'guests', 'not_found'],
    ['a report without choices', 'from', 'orders', 'not_found'],
    ['no report', 'event', 'nothing', 'not_found'],
  ])('do not exist for %s', async (_, filter, reportId, code) => {
    const by = caller('ada', 'admin');
    expect((await problemOf(list(filter, {}, { reportId, by }))).code).toBe(code);
  });

  test('are for those who may have the report', async () => {
    expect((await problemOf(list('from', {}, { reportId: 'orders' }))).code).toBe('permission_required');
  });

  test.each(['source_unavailable', 'query_timeout'] as const)('cannot be had for the moment: %s', async (code) => {
    const choices = memoryChoices(owned, new ExportFailedError(code, { retryable: true }));
    expect((await problemOf(list('event', {}, { choices }))).code).toBe('unavailable');
  });

  test('do not hide any other failure', async () => {
    const failure = new ExportFailedError('internal', { retryable: false });
    await expect(list('event', {}, { choices: memoryChoices(owned, failure) })).rejects.toBe(failure);
  });
});

describe('the query', () => {
  test.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', ''],
    ['search', 'a\u0000b'],
    ['filters', '{"event":'],
    ['filters', '["event"]'],
    ['filters', 'null'],
    ['colour', 'red'],
  ])('%s=%s is refused', (name, value) => {
    const { error } = listChoicesQuery.safeParse({ [name]: value });
    expect(
      error?.issues.map((issue) => issue.path[0] ?? (issue.code === 'unrecognized_keys' && issue.keys[0])),
    ).toEqual([name]);
  });
});

test('a report tells which filters have choices', () => {
  expect(describeReport({ ...report, filters: guests.filters }).choices).toEqual(['event', 'ticketTypes']);
  expect(describeReport(orders).choices).toEqual([]);
});
