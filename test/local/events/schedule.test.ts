import { expect, test } from 'vitest';
import { compileSchedule } from '../../../local/events/schedule.ts';

test.for([
  ['rate(1 minute)', '2026-03-01T12:01:30.250Z'],
  ['rate(5 minutes)', '2026-03-01T12:05:30.250Z'],
  ['rate(2 hours)', '2026-03-01T14:00:30.250Z'],
  ['rate(1 day)', '2026-03-02T12:00:30.250Z'],
  ['cron(* * * * ? *)', '2026-03-01T12:01:00.000Z'],
  ['cron(0/15 * * * ? *)', '2026-03-01T12:15:00.000Z'],
  ['cron(*/20 * * * ? *)', '2026-03-01T12:20:00.000Z'],
  ['cron(0 12 * * ? *)', '2026-03-02T12:00:00.000Z'],
  ['cron(30 3,18 * * ? *)', '2026-03-01T18:30:00.000Z'],
] as const)('%s', ([expression, expected]) => {
  const due = compileSchedule(expression)(Date.parse('2026-03-01T12:00:30.250Z'));
  expect(new Date(due).toISOString()).toBe(expected);
});

test.for([
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(0 minutes)',
  'rate(5 weeks)',
  'cron(0 12 ? * MON-FRI *)',
  'cron(0 12 1 * ? *)',
  'cron(60 * * * ? *)',
  'cron(0-30 * * * ? *)',
  'cron(0 12 * *)',
  'at(2026-03-01T12:00:00)',
])('%s is refused by its name', (expression) => {
  expect(() => compileSchedule(expression)).toThrow(expression);
});
