// @module-tag how-fast

import { expect, test } from 'vitest';
import { workloadOf } from '../../bench/export/aws-calls.ts';
import { timelineChart } from '../../bench/export/charts.ts';
import type { Span } from '../../bench/export/measurements.ts';
import { pageOf } from '../../bench/export/page.ts';
import { stagesOf } from '../../bench/export/stages.ts';
import { mediansOf, stateSpans } from '../../bench/export/timeline.ts';

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
  const timeline = { rows: 10_000, runs: 3, spans: [...spans, state('Announce', 210, 250)] };
  const { page, charts } = pageOf({ sizes: [], profiles: [], timeline });
  expect(page).toMatch(/\| all +\| +\| +180 \| +32 \| +10 \| +5 \| +8 \| +77 \| +48 \|/);
  expect(charts.get('bench-timeline.svg')).not.toContain('Announce');
  expect(charts.get('bench-timeline.svg')?.match(/class="bar"/g)).toHaveLength(spans.length - 1);
  expect(timelineChart(spans.filter(({ lane }) => lane !== 'run-small-export'))).toBeUndefined();
});

test('medians are of the first call with the first of other runs, and leave out what few had', () => {
  const run = (...starts: number[]) => starts.map((at) => call('a', 'dynamodb', at, at + 2));
  expect(mediansOf([run(10, 20), run(12, 26), run(11, 24, 90)])).toMatchObject([
    { startMs: 11, endMs: 13 },
    { startMs: 24, endMs: 26 },
  ]);
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
