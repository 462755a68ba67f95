import { createHash } from 'node:crypto';
import { rowsExportSource } from '../../../adapters/rows/source.ts';
import { type ExportPlan, fileColumns } from '../../../core/domain/export-plan.ts';
import { freezeRequest, type RequestedRun } from '../../../core/domain/freeze-request.ts';
import type { Cell } from '../../../core/domain/report.ts';
import { systemClock } from '../../../core/ports/clock.ts';
import type { Row } from '../../../core/ports/export-source.ts';
import { generatedTestData } from '../../../reports/generated-test-data.ts';

export type Field = Readonly<Record<string, unknown>>;

const plainTypes = [
  ...['rowNumber', 'uuid', 'firstName', 'lastName', 'fullName', 'email', 'phone', 'company', 'street', 'city'],
  ...['country', 'postalCode', 'product', 'price', 'sentence', 'ip', 'url'],
];

/** A field of each type. */
export const everyType: readonly Field[] = [
  ...plainTypes.map((type) => ({ name: `${type}Field`, type })),
  { name: 'age', type: 'integer', min: -3, max: 12 },
  { name: 'ratio', type: 'decimal', min: -0.25, max: 0.29, scale: 4, nullShare: 0.2 },
  { name: 'active', type: 'boolean', trueShare: 0.9 },
  { name: 'day', type: 'date', from: '1899-12-30', to: '1900-03-02' },
  { name: 'at', type: 'timestamp', from: '2024-03-31T00:00:00Z', to: '2024-03-31T04:00:00+02:00' },
  { name: 'colour', type: 'enum', values: ['=red', 'green', ''] },
];

export function freeze(filters: Readonly<Record<string, unknown>>, run: Partial<RequestedRun> = {}) {
  const defaults = { compression: 'none', dialect: 'rfc4180', locale: 'en', timeZone: 'UTC' } as const;
  const request = { format: 'csv', ...defaults, neutralizeFormulas: false, ...run, filters } as const;
  return freezeRequest(generatedTestData, request, undefined, Date.UTC(2026, 0, 2));
}

export function planOf(filters: Readonly<Record<string, unknown>>, run: Partial<RequestedRun> = {}): ExportPlan {
  const frozen = freeze(filters, run);
  if (!frozen.ok) throw new Error(JSON.stringify(frozen.issues));
  const { snapshot } = frozen;
  return { accountId: 'acme', report: generatedTestData, snapshot, columns: fileColumns(generatedTestData, snapshot) };
}

export const source = rowsExportSource(systemClock);

export async function batchesOf(plan: ExportPlan): Promise<(readonly Row[])[]> {
  const { items } = await source.openRows(plan, new AbortController().signal);
  const batches: (readonly Row[])[] = [];
  for await (const batch of items) batches.push(batch);
  return batches;
}

export const rowsOf = async (plan: ExportPlan) => (await batchesOf(plan)).flat();

export async function cellsOf(field: Field, rows = 500, run: Partial<RequestedRun> = {}): Promise<Cell[]> {
  const plan = planOf({ schema: [{ name: 'value', ...field }], seed: 1, rows }, { columns: ['value'], ...run });
  return (await rowsOf(plan)).map(([cell]) => cell ?? null);
}

export function sha256(rows: readonly Row[]): string {
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}
