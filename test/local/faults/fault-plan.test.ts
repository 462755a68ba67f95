import { describe, expect, test } from 'vitest';
import { type CallIdentity, FaultPlan } from '../../../local/faults/fault-plan.ts';
import type { FaultSettings } from '../../../local/faults/fault-rule.ts';

const put = { service: 's3', operation: 'PutObject', principal: 'worker-role', invocationId: undefined };
const write = { service: 'dynamodb', operation: 'TransactWriteItems', principal: 'sweeper', invocationId: undefined };

function kinds(settings: FaultSettings, calls: readonly CallIdentity[]): (string | undefined)[] {
  const plan = new FaultPlan(settings);
  return calls.map((call) => plan.decide(call)?.rule.kind);
}

const half: FaultSettings = { seed: 7, rules: [{ kind: 'error', rate: 0.5 }] };

describe('the same seed', () => {
  test('gives the same faults to each caller, however callers interleave', () => {
    const apart = [kinds(half, Array(40).fill(put)), kinds(half, Array(40).fill(write))];
    const interleaved = kinds(
      half,
      Array.from({ length: 80 }, (_, index) => (index % 2 === 0 ? put : write)),
    );
    expect(interleaved.filter((_, index) => index % 2 === 0)).toEqual(apart[0]);
    expect(interleaved.filter((_, index) => index % 2 === 1)).toEqual(apart[1]);
    expect(new Set(apart[0])).toEqual(new Set(['error', undefined]));
  });

  test('and another seed gives others', () => {
    expect(kinds({ ...half, seed: 8 }, Array(40).fill(put))).not.toEqual(kinds(half, Array(40).fill(put)));
  });
});

test('the rate is kept', () => {
  const faults = kinds({ rules: [{ kind: 'error', rate: 0.05 }] }, Array(10_000).fill(put)).filter(Boolean).length;
  expect(faults).toBeGreaterThan(400);
  expect(faults).toBeLessThan(600);
});

test.each([
  [{ service: 's3' }, true],
  [{ service: 'dynamodb' }, false],
  [{ operation: 'PutObject' }, true],
  [{ operation: 'GetObject' }, false],
  [{ principal: 'Worker' }, true],
  [{ principal: 'sweeper' }, false],
  [{ rate: 0 }, false],
])('a rule of %j meets PutObject of the worker: %s', (rule, meets) => {
  expect(kinds({ rules: [{ kind: 'error', ...rule }] }, [put])).toEqual([meets ? 'error' : undefined]);
});

test('skip lets the first calls of each caller through, and limit the rest', () => {
  const settings: FaultSettings = { rules: [{ kind: 'kill', skip: 2, limit: 1 }] };
  expect(kinds(settings, [put, write, put, write, put, write, put])).toEqual([
    ...Array(4).fill(undefined),
    'kill',
    undefined,
    undefined,
  ]);
});

test('the first rule that is met decides', () => {
  const settings: FaultSettings = { rules: [{ kind: 'throttle', service: 's3' }, { kind: 'error' }] };
  expect(kinds(settings, [put, write])).toEqual(['throttle', 'error']);
});

describe('tries of one call', () => {
  const tries = Array(3).fill({ ...put, invocationId: 'one call' });

  test('meet the fault the first time only', () => {
    expect(kinds({ rules: [{ kind: 'error' }] }, tries)).toEqual(['error', undefined, undefined]);
  });

  test('or all of them, and are counted once', () => {
    const settings: FaultSettings = { rules: [{ kind: 'error', tries: 'all', limit: 1 }] };
    expect(kinds(settings, [...tries, put])).toEqual(['error', 'error', 'error', undefined]);
  });
});

describe('kinds that not every call can meet', () => {
  test('only writes of DynamoDB meet a transaction', () => {
    expect(kinds({ rules: [{ kind: 'transaction-conflict' }] }, [put, write])).toEqual([
      undefined,
      'transaction-conflict',
    ]);
  });

  test('only queries are stale', () => {
    const query = { ...write, operation: 'Query' };
    expect(kinds({ rules: [{ kind: 'stale-index-read' }] }, [write, query])).toEqual([undefined, 'stale-index-read']);
  });

  test('only connections of database sessions can be cut', () => {
    const session = { ...put, service: 'postgresql', operation: 'Session' };
    expect(kinds({ rules: [{ kind: 'kill' }, { kind: 'connection-cut' }] }, [session])).toEqual(['connection-cut']);
  });
});

test('the report counts the calls of each rule', () => {
  const plan = new FaultPlan({
    rules: [
      { kind: 'error', service: 's3' },
      { kind: 'kill', service: 'states' },
    ],
  });
  for (const call of [put, write, put]) plan.decide(call);
  expect(plan.report().map(({ calls }) => calls)).toEqual([2, 0]);
});
