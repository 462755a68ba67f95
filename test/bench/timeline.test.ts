// @module-tag how-fast

import { expect, test } from 'vitest';
import { workloadOf } from '../../bench/export/aws-calls.ts';
import { timelineChart } from '../../bench/export/charts.ts';
import type { Span } from '../../bench/export/measurements.ts';
import { pageOf } from '../../bench/export/page.ts';
import { stagesOf, summaryOf } from '../../bench/export/stages.ts';
import { stateSpans } from '../../bench/export/timeline.ts';

const state = (name: string, startMs: number, endMs: number): Span => ({
  lane: 'Step Functions',
  name,
  startMs,
  endMs,
});
const call = (lane: string, service: string, startMs: number, endMs: number): Span => ({
  ...{ lane, name: `${service} call`, startMs, endMs, service },
});

const spans: readonly Span[] = [
  { lane: 'request', name: 'POST /v1/exports', startMs: 0, endMs: 18 },
  { lane: 'export', name: 'created', startMs: 6, endMs: 6 },
  state('Queued', 15, 40),
  state('Measure', 40, 70),
  state('RunSmall', 70, 200),
  call('create-export', 'dynamodb', 4, 6),
  call('create-export', 'states', 10, 15),
  call('enqueue-export', 'dynamodb', 20, 30),
  // Goes on after the export has left the state.
  call('enqueue-export', 'dynamodb', 35, 50),
  call('measure-export', 'secretsmanager', 45, 48),
  call('measure-export', 'dynamodb', 60, 65),
  call('run-small-export', 'secretsmanager', 80, 85),
  call('run-small-export', 's3', 150, 160),
  call('run-small-export', 'dynamodb', 170, 180),
];

test('the way to the file is cut into steps without gaps, each by what it waited for', () => {
  const none = { dynamodb: 0, s3: 0, states: 0, secretsmanager: 0, database: 0, rest: 0 };
  expect(stagesOf(spans)).toEqual([
    { name: 'create-export', startMs: 0, endMs: 15, parts: { ...none, dynamodb: 2, states: 5, rest: 8 } },
    { name: 'enqueue-export', startMs: 15, endMs: 40, parts: { ...none, dynamodb: 15, rest: 10 } },
    {
      ...{ name: 'measure-export', startMs: 40, endMs: 70 },
      parts: { ...none, dynamodb: 5, secretsmanager: 3, database: 12, rest: 10 },
    },
    {
      ...{ name: 'run-small-export', startMs: 70, endMs: 180 },
      parts: { ...none, dynamodb: 10, s3: 10, secretsmanager: 5, database: 65, rest: 20 },
    },
  ]);
});

test('calls at the same time are counted once', () => {
  const [, , , last] = stagesOf([...spans, call('run-small-export', 's3', 155, 175)]);
  expect(last?.parts).toMatchObject({ s3: 25, dynamodb: 5 });
});

test('the page and its chart end with the record that says ready', () => {
  const timeline = { rows: 10_000, runs: 1, ...summaryOf([[...spans, state('Announce', 210, 250)]]) };
  const { page, charts } = pageOf({ sizes: [], profiles: [], timeline });
  expect(page).toMatch(/\| all +\| +\| +180 \| +32 \| +10 \| +5 \| +8 \| +77 \| +48 \|/);
  expect(page).toContain('ready after 180 to 180 ms');
  expect(charts.get('bench-timeline.svg')).not.toContain('Announce');
  expect(charts.get('bench-timeline.svg')?.match(/class="bar"/g)).toHaveLength(spans.length - 1);
  expect(timelineChart(spans.filter(({ lane }) => lane !== 'run-small-export'))).toBeUndefined();
});

test('of many runs the steps are medians, and the calls those of the run in the middle', () => {
  const later = (ms: number) => spans.map((span) => ({ ...span, startMs: span.startMs + ms, endMs: span.endMs + ms }));
  const runs = [later(20), later(0), later(10)];
  const { stages, spans: typical, readyMs } = summaryOf(runs);
  expect(readyMs).toEqual([180, 190, 200]);
  expect(typical).toBe(runs[2]);
  expect(stages.map(({ name, startMs, endMs }) => [name, startMs, endMs])).toEqual([
    ['create-export', 0, 25],
    ['enqueue-export', 25, 50],
    ['measure-export', 50, 80],
    ['run-small-export', 80, 190],
  ]);
  expect(summaryOf([])).toEqual({ stages: [], spans: [], readyMs: [] });
});

test('a state lasts from its entry to its exit; one that ends the execution has no exit', () => {
  const at = (ms: number) => new Date(1_000 + ms);
  const history = [
    { timestamp: at(5), id: 1, type: 'TaskStateEntered' as const, stateEnteredEventDetails: { name: 'Queued' } },
    { timestamp: at(9), id: 2, type: 'TaskStateExited' as const, stateExitedEventDetails: { name: 'Queued' } },
    { timestamp: at(9), id: 3, type: 'SucceedStateEntered' as const, stateEnteredEventDetails: { name: 'Ready' } },
  ];
  expect(stateSpans(history, 1_000)).toEqual([state('Queued', 5, 9), state('Ready', 9, 9)]);
});

test('a function is known by the end of its name, by the longest workload that fits', () => {
  expect(workloadOf('ApiFunctionsCreatingCreateExportFunction0B3E7B93')).toBe('create-export');
  expect(workloadOf('StepHandlersRunSmallExportFunction0B3E7B93')).toBe('run-small-export');
  expect(workloadOf('SomebodyElse')).toBe('SomebodyElse');
});
