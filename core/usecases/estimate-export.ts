import type { EstimateView } from '../contract/estimate-schemas.ts';
import type { ExportRequest } from '../contract/export-schemas.ts';
import type { Catalog } from '../domain/catalog.ts';
import { cellWriter, isDelimited } from '../domain/delimited.ts';
import { ExportFailedError } from '../domain/errors.ts';
import { type ExportPlan, fileColumns } from '../domain/export-plan.ts';
import { SMALL_ROUTE_MAX_ROWS } from '../domain/export-record.ts';
import { routeOf } from '../domain/export-route.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportSource, Row } from '../ports/export-source.ts';
import type { ReportChoices } from '../ports/report-choices.ts';
import type { Caller } from './caller.ts';
import { checkChoices } from './check-choices.ts';
import { frozenFor } from './create-export.ts';
import { estimateWarningsFor } from './estimate-warnings.ts';
import { answerOf } from './source-answer.ts';

const PREVIEW_ROWS = 20;
/** Enough to come upon texts that are too long, few enough to answer at once. */
const SAMPLED_ROWS = 1_000;
/** A preview is looked at in a table; 200 columns of 20 rows must also fit into one answer. */
const PREVIEW_CELL_CHARACTERS = 500;

export interface EstimateExportDeps {
  readonly catalog: Catalog;
  readonly source: ExportSource;
  readonly choices: ReportChoices;
  readonly clock: Clock;
  /** In place of the thresholds of reports. */
  readonly partitionAboveRows?: number | undefined;
}

/**
 * What a request would give, without queueing it.
 * @throws ProblemError not_found | permission_required | validation_failed | unavailable
 */
export async function estimateExport(
  { catalog, source, choices, clock, partitionAboveRows }: EstimateExportDeps,
  caller: Caller,
  request: ExportRequest,
): Promise<EstimateView> {
  const { report, snapshot } = frozenFor({ catalog, clock }, caller, request);
  const plan: ExportPlan = { accountId: caller.accountId, report, snapshot, columns: fileColumns(report, snapshot) };
  await answerOf(checkChoices(choices, plan));
  const measure = await answerOf(source.measure(plan, SMALL_ROUTE_MAX_ROWS + 1));
  const sample = await answerOf(sampleOf(source, plan));
  const route = routeOf(plan, measure.rows, partitionAboveRows);
  return {
    ...measure,
    route,
    columns: plan.columns.map(({ name, header }) => ({ name, header })),
    preview: (sample ?? []).slice(0, PREVIEW_ROWS).map((row) => previewOf(plan, row)),
    warnings: estimateWarningsFor(plan, { ...measure, route }, sample),
  };
}

/** The first rows, or undefined when the database took too long to put them in order. */
async function sampleOf(source: ExportSource, plan: ExportPlan): Promise<readonly Row[] | undefined> {
  const rows: Row[] = [];
  try {
    const stream = await source.openRows(plan, new AbortController().signal, SAMPLED_ROWS);
    try {
      for await (const batch of stream.items) rows.push(...batch);
    } finally {
      await stream.close();
    }
    return rows;
  } catch (error) {
    if (error instanceof ExportFailedError && error.code === 'query_timeout') return undefined;
    throw error;
  }
}

function previewOf({ columns, snapshot }: ExportPlan, row: Row): (string | null)[] {
  return row.map((cell, index) => {
    const type = columns[index]?.type ?? 'text';
    const written = isDelimited(snapshot.format) ? cellWriter(type, snapshot)(cell) : cell;
    const characters = written === null ? [] : [...written.slice(0, 2 * (PREVIEW_CELL_CHARACTERS + 1))];
    return characters.length <= PREVIEW_CELL_CHARACTERS
      ? written
      : `${characters.slice(0, PREVIEW_CELL_CHARACTERS - 1).join('')}…`;
  });
}
