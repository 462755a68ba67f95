import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { Report } from '../../core/domain/report.ts';
import type { JsonValue } from '../../core/domain/snapshot.ts';
import { wallTimeIn } from '../../core/domain/zone-clock.ts';
import type { FileFacts } from '../file-format.ts';
import { NULL_TEXT } from './cell-text.ts';
import { printable } from './printable.ts';

/** What the heading of a file states: a label and its value. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** All that tells a reader what they are looking at, besides the title. */
export function headingFacts({ plan, snapshot }: FileFacts, rowCount: number): readonly Fact[] {
  const { timeZone, ownerId } = plan.snapshot;
  const takenAt = new Date(wallTimeIn(timeZone)(snapshot.takenAt)).toISOString();
  return [
    { label: 'Account', value: printable(plan.accountId) },
    ...filterFacts(plan),
    ...(ownerId === undefined ? [] : [{ label: 'Only rows of', value: printable(ownerId) }]),
    { label: 'Data as of', value: takenAt.slice(0, 16).replace('T', ' ') },
    { label: 'Times are in', value: timeZone },
    { label: 'Rows', value: rowCount.toLocaleString('en') },
  ];
}

/** The filters as given; none reads so too. */
function filterFacts({ report, snapshot }: ExportPlan): readonly Fact[] {
  const given = Object.entries(snapshot.filters);
  if (given.length === 0) return [{ label: 'Filters', value: 'None' }];
  return given.map(([name, value]) => ({ label: filterLabel(report, name), value: printable(filterText(value)) }));
}

/** The title that the report gives a filter, or else its name in words: `placedFrom` reads Placed from. */
function filterLabel(report: Report, name: string): string {
  let schema: unknown = report.filters.shape[name];
  while (isSchema(schema)) {
    const title = schema.meta()?.title;
    if (title !== undefined) return title;
    schema = schema.unwrap?.();
  }
  const words = name
    .replace(/(?<=[\p{Ll}\d])\p{Lu}/gu, (letter) => ` ${letter.toLowerCase()}`)
    .replaceAll(/[_-]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What is needed of a schema; optional ones and those with a default wrap the one that has the title. */
interface Titled {
  meta(): { readonly title?: string } | undefined;
  readonly unwrap?: () => unknown;
}

function isSchema(schema: unknown): schema is Titled {
  return typeof schema === 'object' && schema !== null && 'meta' in schema && typeof schema.meta === 'function';
}

function filterText(value: JsonValue): string {
  if (value === null) return NULL_TEXT;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(filterText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
