import { LEASE_MS } from '../../../../core/domain/lifecycle.ts';
import { progressAt, T0 } from '../../../support/exports.ts';
import { createIn, roomy } from '../../store-contract/stores-under-test.ts';
import { admitted, queued, running, type Scenario, waiting } from './scenario.ts';

/** The queue, and the attempts at what has left it. */
export const queueScenarios: readonly Scenario[] = [
  {
    method: 'exports.noteStartable',
    what: 'waiting',
    prepare: waiting,
    call: ({ exports }, ref) => exports.noteStartable(ref, T0 + 90_000, 60_000),
  },
  {
    method: 'attempts.claim',
    what: 'the first attempt',
    prepare: admitted,
    call: ({ attempts }, ref) => attempts.claim(ref, 'claim-1', T0),
  },
  {
    method: 'attempts.claim',
    what: 'the next attempt',
    prepare: running,
    call: ({ attempts }, ref) => attempts.claim(ref, 'claim-2', T0 + LEASE_MS),
  },
  {
    method: 'attempts.heartbeat',
    what: 'alive',
    prepare: running,
    call: ({ attempts }, ref) => attempts.heartbeat(ref.exportId, 'claim-1', progressAt(T0 + 2), T0 + 2),
  },
  {
    method: 'attempts.release',
    what: 'stopped',
    prepare: running,
    call: ({ attempts }, ref) => attempts.release(ref, 'claim-1', { kind: 'stopped' }, T0 + 2),
  },
  {
    method: 'admissions.enqueue',
    what: 'the first time',
    writes: 2, // the export waits in its line, and its account comes back into the queue's turns
    prepare: queued,
    call: ({ admissions }, ref) => admissions.enqueue(ref, 'token-2', 2, T0),
  },
  {
    method: 'admissions.enqueue',
    what: 'after admission',
    prepare: admitted,
    call: ({ admissions }, ref) => admissions.enqueue(ref, 'token-2', 2, T0),
  },
  {
    method: 'admissions.admit',
    what: 'waiting',
    prepare: waiting,
    call: ({ admissions }, ref) => admissions.admit(ref, 'token-1', 0, roomy, T0 + 4),
  },
  {
    method: 'admissions.noteEmptyLine',
    what: 'empty',
    prepare: admitted,
    call: ({ admissions }, { accountId }) => admissions.noteEmptyLine({ accountId, joined: 1 }),
  },
  {
    method: 'admissions.removeFromRunning',
    what: 'ended',
    prepare: (stores) => createIn(stores, 'failed', 1),
    call: ({ admissions }, ref) => admissions.removeFromRunning(ref.accountId, ref.exportId),
  },
  {
    method: 'admissions.forgetIdleAccounts',
    what: 'idle',
    prepare: (stores) => createIn(stores, 'failed', 1),
    call: ({ admissions }) => admissions.forgetIdleAccounts(T0 + 1),
  },
  {
    method: 'admissions.beginWatch',
    what: 'again',
    prepare: async (stores) => {
      await stores.admissions.beginWatch(T0, false);
      return queued(stores);
    },
    call: ({ admissions }) => admissions.beginWatch(T0 + 60_000, false),
  },
  {
    method: 'admissions.beginWatch',
    what: 'paused',
    prepare: async (stores) => {
      await stores.admissions.beginWatch(T0, false);
      return queued(stores);
    },
    call: ({ admissions }) => admissions.beginWatch(T0 + 60_000, true),
  },
];
