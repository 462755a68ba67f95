import { expect, test } from 'vitest';
import { routeOf } from '../../../core/domain/export-route.ts';
import { activityLog } from '../../../reports/activity-log.ts';
import { orders } from '../../../reports/orders.ts';
import { testPlan } from '../../support/plans.ts';

test.each([
  [{}, 10_000, undefined, 'small'],
  [{}, 10_001, undefined, 'large'],
  [{}, 5_000_000, undefined, 'large'],
  [{}, 5_000_001, undefined, 'partitioned'],
  [{}, 20_001, 20_000, 'partitioned'],
  [{}, 20_000, 20_000, 'large'],
  [{ format: 'tsv' }, 6_000_000, undefined, 'partitioned'],
  [{ format: 'parquet' }, 6_000_000, undefined, 'large'],
  [{ format: 'ndjson' }, 6_000_000, undefined, 'large'],
  [{ compression: 'gzip' }, 6_000_000, undefined, 'partitioned'],
  [{ compression: 'zstd' }, 6_000_000, undefined, 'large'],
  [{ format: 'ndjson', compression: 'gzip' }, 6_000_000, undefined, 'large'],
  [{ format: 'parquet', partFiles: true }, 6_000_000, undefined, 'partitioned'],
  [{ format: 'parquet', partFiles: true }, 5_000_000, undefined, 'large'],
  [{ format: 'ndjson', compression: 'gzip', partFiles: true }, 6_000_000, undefined, 'partitioned'],
  [{ compression: 'zstd', partFiles: true }, 6_000_000, undefined, 'partitioned'],
  [{ partFiles: true }, 10_000, 5_000, 'small'],
] as const)(
  'orders as %j, %i of them with a threshold of %s in place of their own, are %s',
  (request, rows, above, route) => {
    expect(routeOf(testPlan(orders, request), rows, above)).toBe(route);
  },
);

test('a report without a threshold is never partitioned', () => {
  expect(routeOf(testPlan(activityLog), 900_000_000, 20_000)).toBe('large');
  expect(routeOf(testPlan(activityLog, { partFiles: true }), 900_000_000, 20_000)).toBe('large');
});
