// @module-tag alarm-evaluation

import { describe, expect, test } from 'vitest';
import { type AlarmRule, evaluateAlarm } from '../../../local/cloudwatch/evaluate-alarm.ts';

const rule: AlarmRule = {
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold: 5,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  missingData: 'missing',
};

/** Reads `0 - X`: below the threshold, missing, above it. */
const range = (text: string) => text.split(' ').map((mark) => (mark === '-' ? undefined : mark === 'X' ? 7 : 1));

const stateOf = (changed: Partial<AlarmRule>, points: string, current: 'OK' | 'ALARM' = 'OK') =>
  evaluateAlarm({ ...rule, ...changed }, range(points), current).state;

const INSUFFICIENT = 'INSUFFICIENT_DATA';
const RETAINED = 'retained';

/** As documented, by missing, ignore, breaching, notBreaching. */
describe.each([
  { datapointsToAlarm: 3, points: '0 - X - X', states: ['OK', 'OK', 'OK', 'OK'] },
  { datapointsToAlarm: 3, points: '0 - - - -', states: ['OK', 'OK', 'OK', 'OK'] },
  { datapointsToAlarm: 3, points: '- - - - -', states: [INSUFFICIENT, RETAINED, 'ALARM', 'OK'] },
  { datapointsToAlarm: 3, points: '0 X X - X', states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
  { datapointsToAlarm: 3, points: '- - - - X', states: [INSUFFICIENT, RETAINED, 'ALARM', 'OK'] },
  { datapointsToAlarm: 3, points: '- - X - -', states: ['ALARM', RETAINED, 'ALARM', 'OK'] },
  { datapointsToAlarm: 3, points: 'X - - - -', states: ['ALARM', RETAINED, 'ALARM', 'OK'] },
  { datapointsToAlarm: 2, points: '0 - X - X', states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
  { datapointsToAlarm: 2, points: '0 0 X 0 X', states: ['ALARM', 'ALARM', 'ALARM', 'ALARM'] },
  { datapointsToAlarm: 2, points: '0 - X - -', states: ['OK', 'OK', 'ALARM', 'OK'] },
  { datapointsToAlarm: 2, points: '- - - - 0', states: ['OK', 'OK', 'ALARM', 'OK'] },
  { datapointsToAlarm: 2, points: '- - - X -', states: ['ALARM', RETAINED, 'ALARM', 'OK'] },
])('$datapointsToAlarm of 3 on $points', ({ datapointsToAlarm, points, states }) => {
  const kinds = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
  test.each(kinds.map((missingData, index) => [missingData, states[index]] as const))(
    '%s: %s',
    (missingData, state) => {
      for (const current of ['OK', 'ALARM'] as const) {
        const expected = state === RETAINED ? current : state;
        expect(stateOf({ datapointsToAlarm, missingData }, points, current)).toBe(expected);
      }
    },
  );
});

test.each([
  { comparison: 'GreaterThanOrEqualToThreshold', states: ['OK', 'ALARM', 'ALARM'] },
  { comparison: 'GreaterThanThreshold', states: ['OK', 'OK', 'ALARM'] },
  { comparison: 'LessThanOrEqualToThreshold', states: ['ALARM', 'ALARM', 'OK'] },
  { comparison: 'LessThanThreshold', states: ['ALARM', 'OK', 'OK'] },
] as const)('$comparison: below, at and above', ({ comparison, states }) => {
  const one = { ...rule, comparison, evaluationPeriods: 1, datapointsToAlarm: 1 };
  const found = [4.9, 5, 5.1].map((value) => evaluateAlarm(one, [undefined, undefined, value], 'OK').state);
  expect(found).toEqual(states);
});

test('once over and once under: only the newest period counts', () => {
  const once = { evaluationPeriods: 1, datapointsToAlarm: 1 };
  expect(stateOf(once, '0 0 X')).toBe('ALARM');
  expect(stateOf(once, '0 X 0', 'ALARM')).toBe('OK');
});

test('the reason says what was asked and what was there', () => {
  const { reason } = evaluateAlarm(
    { ...rule, missingData: 'breaching' },
    [undefined, undefined, 7, undefined, 1],
    'OK',
  );
  expect(reason).toBe('>= 5 for 3 of 3 periods; there: 7, 1, 1 missing');
});
