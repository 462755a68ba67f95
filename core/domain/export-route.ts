import { isDelimited } from './delimited.ts';
import type { ExportPlan } from './export-plan.ts';
import { type Route, SMALL_ROUTE_MAX_ROWS } from './export-record.ts';

/**
 * Where a file of so many rows is produced. Several workers can make part files, and one file of stretches of text only, plain
 * or gzip; all of reports that say from how many rows on.
 * @param partitionAboveRows in place of the thresholds of reports
 */
export function routeOf({ report, snapshot }: ExportPlan, rows: number, partitionAboveRows?: number): Route {
  if (rows <= SMALL_ROUTE_MAX_ROWS) return 'small';
  const isDivisible = snapshot.partFiles || (isDelimited(snapshot.format) && snapshot.compression !== 'zstd');
  if (report.partitionAboveRows === undefined || !isDivisible) return 'large';
  return rows > (partitionAboveRows ?? report.partitionAboveRows) ? 'partitioned' : 'large';
}
