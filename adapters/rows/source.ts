import { setImmediate } from 'node:timers/promises';
import { ExportFailedError, WaybillError } from '../../core/domain/errors.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { Cell, RowsSource } from '../../core/domain/report.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { ExportSource, OpenRows, Row } from '../../core/ports/export-source.ts';

/** Its batches are arrays, which hold for as long as anyone likes. */
interface OpenRowArrays extends OpenRows {
  readonly items: AsyncIterable<readonly Row[]>;
}

interface RowsExportSource extends ExportSource {
  openRows(plan: ExportPlan, signal: AbortSignal, limit?: number): Promise<OpenRowArrays>;
}

/** Reports whose own file yields the rows. */
export function rowsExportSource(clock: Clock): RowsExportSource {
  async function openRows(
    plan: ExportPlan,
    signal: AbortSignal,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<OpenRowArrays> {
    const source = rowsSourceOf(plan);
    return {
      kind: 'rows',
      snapshot: { takenAt: clock.now() },
      items: rowsOf(source, plan, limit, signal),
      rowCount: () => Math.min(source.count(plan.snapshot.filters as never), limit),
      close: async () => {},
    };
  }

  return {
    async measure(plan) {
      return { rows: rowsSourceOf(plan).count(plan.snapshot.filters as never), exact: true };
    },
    open: (plan, signal) => openRows(plan, signal),
    openRows,
    share: async () => undefined,
    join: async () => {
      throw new TypeError('Rows that are made up have no snapshot');
    },
  };
}

async function* rowsOf(
  source: RowsSource<never>,
  plan: ExportPlan,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
  const names = plan.columns.map(({ name }) => name);
  const context = { accountId: plan.accountId, timeZone: plan.snapshot.timeZone };
  let left = limit;
  try {
    for await (const batch of source.rows(plan.snapshot.filters as never, context)) {
      signal.throwIfAborted();
      yield batch.slice(0, left).map((row) => names.map((name) => cellOf(row, name)));
      left -= batch.length;
      if (left <= 0) return;
      // Rows that are computed never wait for anything: without a break nothing else would get its turn.
      await setImmediate();
    }
  } catch (cause) {
    if (cause instanceof WaybillError || signal.aborted) throw cause;
    throw new ExportFailedError('internal', { retryable: false, cause });
  }
}

function cellOf(row: Readonly<Record<string, Cell>>, name: string): Cell {
  const cell = row[name];
  if (cell === undefined) throw new Error(`A row has no cell for ${name}`);
  return cell;
}

function rowsSourceOf(plan: ExportPlan): RowsSource<never> {
  const { source } = plan.report;
  if (source.kind !== 'rows') throw new TypeError(`${plan.report.id} does not yield rows itself`);
  return source;
}
