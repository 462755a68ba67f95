// @module-tag hostile-values
// @module-tag too-large

import { describe, expect, it } from 'vitest';
import type { FileColumn } from '../../../core/domain/export-plan.ts';
import type { Cell, Chart } from '../../../core/domain/report.ts';
import { chartSeries } from '../../../formats/pdf/chart-series.ts';

const columns: readonly FileColumn[] = [
  { name: 'at', header: 'At', type: 'timestamp' },
  { name: 'on', header: 'On', type: 'date' },
  { name: 'kind', header: 'Kind', type: 'enum' },
  { name: 'amount', header: 'Amount', type: 'decimal', precision: 38, scale: 2 },
  { name: 'paid', header: 'Paid', type: 'boolean' },
];

function seriesOf(
  chart: Pick<Chart, 'x' | 'y' | 'cumulative'>,
  cells: readonly (Cell | readonly [Cell, Cell])[],
  timeZone = 'UTC',
) {
  const x = columns.findIndex(({ name }) => name === chart.x);
  const rows = cells.map((cell) => {
    const [at, amount] = Array.isArray(cell) ? cell : [cell as Cell, null];
    return columns.map(({ name }, index) => (index === x ? (at ?? null) : name === 'amount' ? (amount ?? null) : null));
  });
  return chartSeries({ title: 'Chart', kind: 'bars', ...chart }, columns, rows, timeZone);
}

/** Of a time series: `08:00 3`, with the day where there is no time. */
function pointsOf(series: ReturnType<typeof seriesOf>): readonly string[] {
  if (series?.kind === 'categories') return series.points.map(({ name, value }) => `${name} ${value}`);
  return series?.points.map(({ start, value }) => `${new Date(start).toISOString().slice(0, 16)} ${value}`) ?? [];
}

describe('steps of time', () => {
  const cases: readonly (readonly [string, string, string, string, number])[] = [
    ['5 minutes', '2024-06-15T08:01:00Z', '2024-06-15T11:59:00Z', '2024-06-15T08:00', 48],
    ['15 minutes', '2024-06-15T08:01:00Z', '2024-06-15T12:00:00Z', '2024-06-15T08:00', 17],
    ['15 minutes', '2024-06-15T08:01:00Z', '2024-06-15T19:59:00Z', '2024-06-15T08:00', 48],
    ['30 minutes', '2024-06-15T08:01:00Z', '2024-06-15T20:00:00Z', '2024-06-15T08:00', 25],
    ['hour', '2024-06-15T00:00:00Z', '2024-06-16T23:59:59Z', '2024-06-15T00:00', 48],
    ['3 hours', '2024-06-15T00:00:00Z', '2024-06-17T00:00:00Z', '2024-06-15T00:00', 17],
    ['6 hours', '2024-06-15T07:00:00Z', '2024-06-22T00:00:00Z', '2024-06-15T06:00', 28],
    ['day', '2024-01-01T05:00:00Z', '2024-02-17T05:00:00Z', '2024-01-01T00:00', 48],
    // A Wednesday: its week began on Monday.
    ['week', '2024-05-01T05:00:00Z', '2024-07-01T00:00:00Z', '2024-04-29T00:00', 10],
    ['month', '2022-01-31T05:00:00Z', '2025-12-01T05:00:00Z', '2022-01-01T00:00', 48],
    ['quarter', '2020-02-29T05:00:00Z', '2025-12-01T05:00:00Z', '2020-01-01T00:00', 24],
    ['year', '1990-05-01T05:00:00Z', '2030-05-01T05:00:00Z', '1990-01-01T00:00', 41],
    ['1,000 years', '0001-05-01T05:00:00Z', '9999-12-31T05:00:00Z', '0000-01-01T00:00', 10],
  ];

  it.each(cases)('are %s from %s to %s', (stepName, from, to, start, count) => {
    const series = seriesOf({ x: 'at' }, [to, from]);
    expect(series).toMatchObject({ kind: 'time', stepName, leftOut: 0 });
    expect(series?.points).toHaveLength(count);
    expect(pointsOf(series)[0]).toBe(`${start} 1`);
    expect(pointsOf(series).at(-1)).toMatch(/ 1$/);
  });

  it('are at least days for dates', () => {
    expect(pointsOf(seriesOf({ x: 'on' }, ['2024-03-30', '2024-04-01', '2024-04-01'], 'Europe/Berlin'))).toEqual([
      '2024-03-30T00:00 1',
      '2024-03-31T00:00 0',
      '2024-04-01T00:00 2',
    ]);
  });
});

describe('when clocks are changed', () => {
  it('has no hour for the one that is left out', () => {
    const series = seriesOf(
      { x: 'at' },
      ['2024-03-31T00:10:00+01:00', '2024-03-31T03:10:00+02:00', '2024-03-31T23:10:00+02:00'],
      'Europe/Berlin',
    );
    expect(series).toMatchObject({ stepName: '30 minutes' });
    expect(pointsOf(series)).toHaveLength(45);
    expect(pointsOf(series)[0]).toBe('2024-03-31T00:00 1');
    expect(pointsOf(series).slice(3, 5)).toEqual(['2024-03-31T01:30 0', '2024-03-31T03:00 1']);
  });

  it('has two hours for the one that comes twice', () => {
    const twice = ['2024-10-27T02:10:00+02:00', '2024-10-27T02:10:00+01:00', '2024-10-27T02:20:00+01:00'];
    const series = seriesOf(
      { x: 'at' },
      ['2024-10-27T00:00:00+02:00', ...twice, '2024-10-28T23:00:00+01:00'],
      'Europe/Berlin',
    );
    expect(series).toMatchObject({ stepName: '3 hours' });
    const within = seriesOf(
      { x: 'at' },
      ['2024-10-27T00:00:00+02:00', ...twice, '2024-10-28T22:00:00+01:00'],
      'Europe/Berlin',
    );
    expect(within).toMatchObject({ stepName: 'hour' });
    expect(pointsOf(within).slice(0, 5)).toEqual([
      '2024-10-27T00:00 1',
      '2024-10-27T01:00 0',
      '2024-10-27T02:00 1',
      '2024-10-27T02:00 2',
      '2024-10-27T03:00 0',
    ]);
  });

  it('has each day once', () => {
    const series = seriesOf(
      { x: 'at' },
      ['2024-10-15T23:59:59+02:00', '2024-10-27T23:59:59+01:00', '2024-11-05T00:00:00+01:00'],
      'Europe/Berlin',
    );
    expect(series).toMatchObject({ stepName: 'day' });
    expect(pointsOf(series)).toHaveLength(22);
    expect(pointsOf(series).filter((point) => point.endsWith(' 1'))).toEqual([
      '2024-10-15T00:00 1',
      '2024-10-27T00:00 1',
      '2024-11-05T00:00 1',
    ]);
  });

  it.each([
    ['Asia/Kathmandu', '2024-06-15T08:10:00+05:45', '2024-06-16T20:50:00+05:45'],
    ['America/St_Johns', '2024-06-15T08:10:00-02:30', '2024-06-16T20:50:00-02:30'],
  ])('begins hours at full hours in %s', (timeZone, from, to) => {
    expect(pointsOf(seriesOf({ x: 'at' }, [from, to], timeZone))[0]).toBe('2024-06-15T08:00 1');
  });
});

describe('values', () => {
  it('are rows, or a column added up', () => {
    expect(
      pointsOf(
        seriesOf({ x: 'kind' }, [
          ['a', '1'],
          ['b', '10'],
          ['a', '2'],
        ]),
      ),
    ).toEqual(['a 2', 'b 1']);
    expect(
      pointsOf(
        seriesOf({ x: 'kind', y: 'amount' }, [
          ['a', '1.5'],
          ['b', '10.25'],
          ['a', '-2'],
          ['b', null],
        ]),
      ),
    ).toEqual(['b 10.25', 'a -0.5']);
  });

  it('include the ones before when they are cumulative', () => {
    const chart = { x: 'on', cumulative: true };
    expect(pointsOf(seriesOf(chart, ['2024-01-01', '2024-01-03', '2024-01-03', '2024-01-04']))).toEqual([
      '2024-01-01T00:00 1',
      '2024-01-02T00:00 1',
      '2024-01-03T00:00 3',
      '2024-01-04T00:00 4',
    ]);
  });

  it('that have no place are counted', () => {
    expect(
      seriesOf({ x: 'at' }, [null, 'Infinity', '-Infinity', '0044-03-15T00:00:00+00:00 BC', '2024-01-01T00:00:00Z']),
    ).toMatchObject({ leftOut: 4 });
    expect(
      seriesOf({ x: 'kind', y: 'amount' }, [
        ['a', 'NaN'],
        ['a', 'Infinity'],
        ['a', '1'],
      ]),
    ).toMatchObject({
      leftOut: 2,
      points: [{ name: 'a', value: 1 }],
    });
  });

  it('of NULL have a category', () => {
    expect(pointsOf(seriesOf({ x: 'kind' }, [null, 'a', null]))).toEqual(['None 2', 'a 1']);
    expect(pointsOf(seriesOf({ x: 'paid' }, ['true', 'false', 'true']))).toEqual(['yes 2', 'no 1']);
  });
});

describe('categories', () => {
  it('are the twenty largest, the others together', () => {
    const cells = Array.from({ length: 23 }, (_, index) =>
      Array.from({ length: 40 - index }, () => `k${index}`),
    ).flat();
    const points = pointsOf(seriesOf({ x: 'kind' }, cells));
    expect(points).toHaveLength(21);
    expect([points[0], points[19], points[20]]).toEqual(['k0 40', 'k19 21', 'Other (3) 57']);
  });
});

describe('no chart', () => {
  it.each([
    ['without its column in the file', { x: 'gone' }, ['a']],
    ['without the column of its values', { x: 'kind', y: 'gone' }, ['a']],
    ['without rows', { x: 'kind' }, []],
    ['without times', { x: 'at' }, [null, null]],
  ] as const)('%s', (_, chart, cells) => {
    expect(seriesOf(chart, cells)).toBeUndefined();
  });
});
