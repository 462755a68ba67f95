import { type Bounds, type Fault, faults } from './state.ts';

/** One export and everything that can happen to its workers, its execution and its objects. */
const lifecycle: Bounds = {
  exports: [0],
  pool: 1,
  account: 1,
  admitters: 1,
  faults: 2,
  kinds: faults,
  cancels: 1,
  watchers: 1,
  removal: true,
  drift: false,
  shortRuns: false,
};

const queueFaults: readonly Fault[] = [
  'lost-start',
  'execution-death',
  'lost-event',
  'step-crash',
  'step-overlap',
  'admitter-crash',
  'crash',
];

/** Several exports of two accounts, and everything that can happen to their turns. */
const admission: Bounds = {
  ...lifecycle,
  exports: [0, 0, 1],
  admitters: 2,
  faults: 1,
  kinds: queueFaults,
  cancels: 0,
  watchers: 0,
  removal: false,
  shortRuns: true,
};

export const all = { lifecycle, admission };
