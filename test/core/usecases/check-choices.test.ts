import { afterEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { exportRequest } from '../../../core/contract/export-schemas.ts';
import { ExportFailedError } from '../../../core/domain/errors.ts';
import type { Report } from '../../../core/domain/report.ts';
import type { ReportChoices } from '../../../core/ports/report-choices.ts';
import { createExport } from '../../../core/usecases/create-export.ts';
import { retryExport } from '../../../core/usecases/run-again.ts';
import { memoryChoices, noChoices } from '../../support/memory-choices.ts';
import { createMemoryDeployment, testCatalog, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

afterEach(() => vi.restoreAllMocks());

const [guests] = testCatalog.reports as [Report];
const report: Report = {
  ...guests,
  filters: z.object({
    event: z.string().optional(),
    ticketTypes: z.array(z.string()).optional(),
    status: z.string().optional(),
  }),
  choices: { event: noChoices, ticketTypes: noChoices },
};

const owned = { acme: { event: ['1', '2'], ticketTypes: ['11', '12'] }, globex: { event: ['7'] } };

/** A deployment whose guests have choices, and a request to it. */
function setUp(choices: ReportChoices) {
  const deployment = createMemoryDeployment();
  const unchecked: ExportFailedError[] = [];
  const deps = {
    ...deployment.deps,
    catalog: { reports: [report] },
    choices,
    onUnchecked: (cause: ExportFailedError) => void unchecked.push(cause),
  };
  const create = (filters: object, timeZone = 'UTC') =>
    createExport(deps, val, exportRequest.parse({ report: 'guests', filters, timeZone }), undefined);
  return { deployment, deps, unchecked, create };
}

test.each<[string, object, readonly string[]]>([
  ['another account’s', { event: '7' }, ['/filters/event']],
  ['nobody’s', { event: '999' }, ['/filters/event']],
  ['some of several', { ticketTypes: ['11', '99', '12', '98'] }, ['/filters/ticketTypes/1', '/filters/ticketTypes/3']],
  ['one of them twice', { ticketTypes: ['99', '99'] }, ['/filters/ticketTypes/0', '/filters/ticketTypes/1']],
  ['in two filters', { event: '7', ticketTypes: ['99'] }, ['/filters/event', '/filters/ticketTypes/0']],
])('what is not the account’s is refused where it stands: %s', async (_, filters, pointers) => {
  const { create, deployment } = setUp(memoryChoices(owned));
  const problem = await problemOf(create(filters));
  expect(problem.code).toBe('validation_failed');
  expect(problem.issues.map(({ pointer }) => pointer)).toEqual(pointers);
  expect(deployment.executions.all).toEqual([]);
  expect((await deployment.stores.exports.list({ accountId: 'acme', limit: 10 }, 0)).items).toEqual([]);
});

test('another account’s and nobody’s are refused in the same words', async () => {
  const { create } = setUp(memoryChoices(owned));
  const [foreign, absent] = [await problemOf(create({ event: '7' })), await problemOf(create({ event: '999' }))];
  expect([foreign.code, foreign.message, foreign.issues]).toEqual([absent.code, absent.message, absent.issues]);
});

test('what is the account’s is looked up in its place, beside the other filters', async () => {
  const choices = memoryChoices(owned);
  const filters = { event: '1', ticketTypes: ['12'], status: 'any' };
  expect((await setUp(choices).create(filters, 'Asia/Tokyo')).snapshot.filters).toEqual(filters);
  expect(choices.asked.map(({ filter }) => filter)).toEqual(['event', 'ticketTypes']);
  expect(choices.asked[1]).toMatchObject({ accountId: 'acme', filters, timeZone: 'Asia/Tokyo' });
});

test('without filters that have choices, no database is asked', async () => {
  const choices = memoryChoices(owned);
  const { create } = setUp(choices);
  await create({});
  await create({ status: 'any' });
  await create({ ticketTypes: [] });
  expect(choices.asked).toEqual([]);
});

test.each(['source_unavailable', 'query_timeout'] as const)(
  'when the database does not answer (%s), the request is accepted, and that is told',
  async (code) => {
    const failure = new ExportFailedError(code, { retryable: true });
    const { create, unchecked } = setUp(memoryChoices(owned, failure));
    expect((await create({ event: '7' })).status).toBe('queued');
    expect(unchecked).toEqual([failure]);
  },
);

test('a database that hangs is given up', async () => {
  const timer = new AbortController();
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(timer.signal);
  const { create, unchecked } = setUp({
    choices: async () => [],
    unknownChoices: (_plan, _values, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        timer.abort(new DOMException('took too long', 'TimeoutError'));
      }),
  });
  expect((await create({ event: '7' })).status).toBe('queued');
  expect(unchecked).toMatchObject([{ code: 'query_timeout', cause: { name: 'TimeoutError' } }]);
});

test('any other failure is not hidden', async () => {
  const failure = new ExportFailedError('internal', { retryable: false });
  const { create, unchecked } = setUp(memoryChoices(owned, failure));
  await expect(create({ event: '1' })).rejects.toBe(failure);
  expect(unchecked).toEqual([]);
});

test('a retry repeats what was frozen, and looks nothing up', async () => {
  const { create, deps, deployment } = setUp(memoryChoices(owned));
  const { accountId, id: exportId } = await create({ event: '1' });
  const failure = { code: 'internal', message: 'for tests', retryable: true } as const;
  const by = { by: 'worker', at: deployment.clock.now() };
  await deployment.stores.exports.end({ accountId, exportId }, { to: 'failed', failure }, { kind: 'not_admitted' }, by);
  const choices = memoryChoices({});
  const retried = await retryExport({ ...deps, choices } as typeof deps, val, exportId);
  expect(retried.snapshot.filters).toEqual({ event: '1' });
  expect(choices.asked).toEqual([]);
});
