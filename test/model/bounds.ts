import { RUN_LARGE_MAX_RETRIES, STEP_MAX_RETRIES } from '../../core/contract/step-errors.ts';
import type { Bounds, Fault } from './state.ts';

const workerFaults: readonly Fault[] = [
  'kill',
  'stop',
  'lapse',
  'duplicate',
  'give-up',
  'failure',
  'hopeless',
  'short',
  'lost-reply',
];

const executionFaults: readonly Fault[] = ['lost-start', 'execution-death', 'lost-event', 'step-crash', 'step-overlap'];

const processFaults: readonly Fault[] = ['admitter-crash', 'crash'];

const oneExport: Bounds = {
  exports: [0],
  pool: 1,
  account: 1,
  retries: STEP_MAX_RETRIES,
  admitters: 1,
  faults: 2,
  kinds: [...workerFaults, ...executionFaults, ...processFaults],
  cancels: 0,
  watchers: 0,
  removal: false,
  drift: false,
  shortRuns: false,
};

const severalExports: Bounds = { ...oneExport, exports: [0, 0, 1], admitters: 2, shortRuns: true };

/**
 * What each exploration is about. The protocol as a whole has too many states: an export's attempts, its ways through the queue, its
 * objects and the turns of several exports are explored each with the faults that concern them, and once together within small bounds.
 */
export const bounds = {
  /** Attempts of one export: workers that die, hang, are doubled or given up. It is a task's, which has more retries. */
  attempts: { ...oneExport, retries: RUN_LARGE_MAX_RETRIES, faults: 3, kinds: workerFaults },
  /** The same with a user who cancels, and an execution that may be over at any time. */
  cancellation: { ...oneExport, cancels: 1 },
  /** One export's way through the queue: tokens, signals, executions, watchers. */
  queue: {
    ...oneExport,
    faults: 1,
    kinds: [...executionFaults, ...processFaults],
    cancels: 1,
    watchers: 2,
    shortRuns: true,
  },
  /** What is in storage: expiry, deletion, and what attempts leave. */
  storage: { ...oneExport, kinds: [...workerFaults, 'crash'], removal: true },
  /** Three exports of two accounts and two admitters for one slot. */
  turns: { ...severalExports, faults: 0 },
  /** The running sets checked for drift while exports come and go. */
  drift: { ...severalExports, exports: [0, 1], admitters: 1, faults: 0, drift: true },
} as const satisfies Record<string, Bounds>;

export type BoundsName = keyof typeof bounds;

/** For the full proof: more faults, and everything together. */
export const largerBounds = {
  attempts: { ...bounds.attempts, faults: 5 },
  cancellation: { ...bounds.cancellation, faults: 3 },
  queue: { ...bounds.queue, faults: 2 },
  storage: { ...bounds.storage, faults: 3 },
  turns: { ...bounds.turns, faults: 1, kinds: ['admitter-crash', 'step-crash', 'step-overlap'] },
  drift: { ...bounds.drift, admitters: 2, faults: 1 },
  together: {
    ...severalExports,
    exports: [0, 1],
    admitters: 1,
    faults: 1,
    cancels: 1,
    kinds: ['kill', 'lapse', 'lost-reply', 'execution-death', 'lost-event', 'step-overlap', 'admitter-crash', 'crash'],
  },
} as const satisfies Record<string, Bounds>;
