import { LEASE_MS } from '../../../../core/domain/lifecycle.ts';
import { exportId, newExport, T0 } from '../../../support/exports.ts';
import { cancelled, createIn, failed, ready, system } from '../../store-contract/stores-under-test.ts';
import { admitted, finished, queued, running, type Scenario, waiting } from './scenario.ts';

const mine = { kind: 'claim', claim: 'claim-1' } as const;

/** An export's life. */
export const exportScenarios: readonly Scenario[] = [
  {
    method: 'exports.create',
    what: 'with an idempotency key',
    prepare: async () => ({ accountId: 'acme', exportId: exportId(1) }),
    call: ({ exports }) => exports.create(newExport(1), { activeLimit: 1, idempotency: { key: 'k', bodyHash: 'h' } }),
  },
  {
    method: 'exports.create',
    what: 'a retry',
    prepare: (stores) => createIn(stores, 'failed', 1),
    call: ({ exports }, { exportId: retryOf }) => exports.create(newExport(2, { retryOf }), { activeLimit: 1 }),
  },
  {
    method: 'exports.recordRoute',
    what: 'small',
    prepare: admitted,
    call: ({ exports }, ref) => exports.recordRoute(ref, 'small', { rows: 3, exact: true }, T0),
  },
  {
    method: 'exports.end',
    what: 'ready',
    prepare: running,
    call: ({ exports }, ref) => exports.end(ref, ready, mine, system),
  },
  {
    method: 'exports.end',
    what: 'failed, between attempts',
    prepare: running,
    call: ({ exports }, ref) => exports.end(ref, failed, { kind: 'no_live_lease', now: T0 + LEASE_MS }, system),
  },
  {
    method: 'exports.end',
    what: 'cancelled in the queue',
    prepare: waiting,
    call: ({ exports }, ref) => exports.end(ref, cancelled, { kind: 'not_admitted' }, system),
  },
  {
    method: 'exports.end',
    what: 'stuck, with its automatic retry',
    prepare: waiting,
    call: ({ exports }, ref) => {
      const automaticRetry = newExport(2, { retryOf: ref.exportId, automaticRetry: true });
      return exports.end(ref, { ...failed, automaticRetry }, { kind: 'not_admitted' }, system);
    },
  },
  { method: 'exports.erase', what: 'ready', prepare: finished, call: ({ exports }, ref) => exports.erase(ref, system) },
  {
    method: 'exports.requestCancel',
    what: 'running',
    prepare: running,
    call: ({ exports }, ref) => exports.requestCancel(ref, system),
  },
  {
    method: 'exports.expire',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.expire(ref, ready.expiresAt),
  },
  {
    method: 'exports.advanceExecution',
    what: 'queued',
    prepare: queued,
    call: ({ exports }, ref) => exports.advanceExecution(ref, 1, T0),
  },
  {
    method: 'exports.markCleaned',
    what: 'failed',
    prepare: (stores) => createIn(stores, 'failed', 1),
    call: ({ exports }, ref) => exports.markCleaned(ref, 3),
  },
  {
    method: 'exports.markTakingLonger',
    what: 'queued',
    prepare: queued,
    call: ({ exports }, ref) => exports.markTakingLonger(ref, T0),
  },
  {
    method: 'exports.recordDownload',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.recordDownload(ref, system),
  },
  {
    method: 'exports.recordRefusal',
    what: 'ready',
    prepare: finished,
    call: ({ exports }, ref) => exports.recordRefusal(ref, { code: 'not_found', via: 'api' }, system),
  },
  {
    method: 'exports.removeEmptyActiveSet',
    what: 'after the last export has ended',
    prepare: finished,
    call: ({ exports }) => exports.removeEmptyActiveSet({ accountId: 'acme', userId: 'ada' }),
  },
];
