import type { MeasureOutput } from '../contract/payloads.ts';
import type { Catalog } from '../domain/catalog.ts';
import { ExportFailedError } from '../domain/errors.ts';
import type { ExportRef } from '../domain/export-id.ts';
import { planExport } from '../domain/export-plan.ts';
import { SMALL_ROUTE_MAX_ROWS } from '../domain/export-record.ts';
import { routeOf } from '../domain/export-route.ts';
import { rowLimitOf, tooManyRows } from '../domain/format-limits.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportSource } from '../ports/export-source.ts';
import type { ExportStore } from '../ports/export-store.ts';

export interface MeasureExportDeps {
  readonly catalog: Catalog;
  readonly store: ExportStore;
  readonly source: ExportSource;
  readonly clock: Clock;
  /** In place of the thresholds of reports. */
  readonly partitionAboveRows?: number | undefined;
}

/**
 * The first step of Running: how many rows to expect, and so where the file is produced.
 * @throws ExportFailedError named by its code
 */
export async function measureExport(deps: MeasureExportDeps, ref: ExportRef): Promise<MeasureOutput> {
  const record = await deps.store.get(ref);
  if (record === undefined) throw new ExportFailedError('internal', { retryable: false });
  // The worker finds out by itself that there is nothing left to do; the small one finds out sooner.
  if (isTerminal(record.status)) return { route: 'small' };
  const plan = planExport(deps.catalog, record);
  const measure = await deps.source.measure(plan, SMALL_ROUTE_MAX_ROWS + 1);
  const limit = rowLimitOf(plan.report, plan.snapshot.format);
  if (limit !== undefined && measure.exact && measure.rows > limit) throw tooManyRows(plan.snapshot.format, limit);
  const route = routeOf(plan, measure.rows, deps.partitionAboveRows);
  await deps.store.recordRoute(ref, route, measure, deps.clock.now());
  return { route };
}
