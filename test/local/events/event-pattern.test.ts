import { describe, expect, test } from 'vitest';
import { compileEventPattern } from '../../../local/events/event-pattern.ts';

const event = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  resources: ['arn:a', 'arn:b'],
  detail: {
    status: 'TIMED_OUT',
    attempts: 3,
    output: null,
    retried: false,
    events: [{ kind: 'bounce' }, { kind: 'open' }],
  },
};

describe('matches', () => {
  test.for([
    {},
    { source: ['aws.states'] },
    { source: ['aws.s3', 'aws.states'] },
    { source: ['aws.states'], detail: { status: ['FAILED', 'TIMED_OUT'] } },
    { detail: { attempts: [3], output: [null], retried: [false] } },
    { resources: ['arn:b'] },
    { resources: [{ prefix: 'arn:' }] },
    { detail: { status: [{ prefix: 'TIMED' }] } },
    { detail: { status: [{ 'anything-but': 'SUCCEEDED' }] } },
    { detail: { status: [{ 'anything-but': ['SUCCEEDED', 'RUNNING'] }] } },
    { detail: { status: [{ exists: true }], error: [{ exists: false }] } },
    { detail: { status: ['SUCCEEDED', { prefix: 'TIMED' }] } },
    { detail: { events: { kind: ['bounce'] } } },
    { missing: { deep: [{ exists: false }] } },
  ])('%j', (pattern) => {
    expect(compileEventPattern(pattern)(event)).toBe(true);
  });
});

describe('does not match', () => {
  test.for([
    { source: ['aws.s3'] },
    { source: ['aws.states'], detail: { status: ['SUCCEEDED'] } },
    { detail: { attempts: ['3'] } },
    { detail: { output: ['null'] } },
    { resources: ['arn:c'] },
    { detail: { attempts: [{ prefix: '3' }] } },
    { detail: { status: [{ prefix: 'timed' }] } },
    { detail: { status: [{ 'anything-but': ['TIMED_OUT'] }] } },
    { detail: { error: [{ 'anything-but': 'x' }] } },
    { detail: { error: [{ exists: true }] } },
    { detail: { status: [{ exists: false }] } },
    { detail: { status: [] } },
    { source: { deep: ['x'] } },
    { detail: { events: { kind: ['complaint'] } } },
  ])('%j', (pattern) => {
    expect(compileEventPattern(pattern)(event)).toBe(false);
  });
});

describe('is refused by its name', () => {
  test.for([
    ['wildcard', { source: [{ wildcard: 'aws.*' }] }, '.source: the matcher "wildcard"'],
    ['numeric', { detail: { size: [{ numeric: ['>', 1] }] } }, '.detail.size: the matcher "numeric"'],
    ['prefix', { source: [{ prefix: { 'equals-ignore-case': 'x' } }] }, '"prefix" with this operand'],
    ['anything-but', { source: [{ 'anything-but': { prefix: 'x' } }] }, '"anything-but" with this operand'],
    ['$or', { $or: [{ source: ['a'] }] }, '"$or"'],
    ['constructor', { source: [{ constructor: 1 }] }, '"constructor"'],
    ['two in one', { source: [{ prefix: 'a', exists: true }] }, '"prefix"'],
    ['no list', { source: 'aws.states' }, '.source: expected an object'],
  ] as const)('%s', ([, pattern, message]) => {
    expect(() => compileEventPattern(pattern)).toThrow(message);
  });
});
