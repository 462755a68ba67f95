import * as z from 'zod';
import { daysOf, type Period, periods } from './period.ts';
import type { ValidationIssue } from './problem.ts';
import { all, type Sql, sql } from './sql.ts';
import { pointerTo } from './validation.ts';

/** What the three filters of a date range are called. */
interface DateRangeNames<From extends string, To extends string, Word extends string> {
  /** @default 'from' */
  readonly from?: From;
  /** @default 'to' */
  readonly to?: To;
  /** @default 'period' */
  readonly period?: Word;
  /** The range when the request says nothing about it. @default all days */
  readonly byDefault?: Period;
}

type DateRangeFilters<From extends string, To extends string, Word extends string> = Readonly<
  Record<From | To, z.ZodOptional<z.ZodISODate>> & Record<Word, z.ZodOptional<z.ZodEnum<{ [P in Period]: P }>>>
>;

/** Stands in the period's metadata, and so in its JSON Schema: which filters it takes the place of. */
interface DateRange {
  readonly from: string;
  readonly to: string;
}

// PostgreSQL has no year 0.
const day = z.iso.date().refine((text) => text >= '0001-01-01', 'must not be before the year 1');

/**
 * Three filters for a range of days, to be spread into a report's own: the first and the last day, or a period such as
 * `last_month` in their place. When an export is requested the period is replaced by the days it means
 * ({@link resolveDateRanges}), so a report's query has to look at the days alone ({@link withinDays}).
 * @param what what happens on these days, as the beginning of a title: `Placed`
 */
export function dateRange<From extends string = 'from', To extends string = 'to', Word extends string = 'period'>(
  what: string,
  names: DateRangeNames<From, To, Word> = {},
): DateRangeFilters<NoInfer<From>, NoInfer<To>, NoInfer<Word>> {
  const { from = 'from', to = 'to', period = 'period', byDefault } = names;
  const word = z.enum(periods);
  const range: DateRange = { from, to };
  return {
    [from]: day.optional().meta({ title: `${what} from`, description: 'First day, in the time zone of the file.' }),
    [to]: day.optional().meta({ title: `${what} to`, description: 'Last day, in the time zone of the file.' }),
    [period]: (byDefault === undefined ? word : word.default(byDefault)).optional().meta({
      title: what,
      description:
        'Instead of a first and last day: the days this means when the report is requested. Weeks begin on Monday.',
      dateRange: range,
    }),
  } as DateRangeFilters<From, To, Word>;
}

export type ResolvedFilters =
  | { readonly ok: true; readonly filters: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/**
 * Replaces every period among a report's filters by its days, or tells which ranges contradict themselves.
 * @param given the filters of the request: a period that is there by default gives way to days in the request
 * @param parsed the same, as the report's schema parsed them
 * @param now epoch milliseconds
 */
export function resolveDateRanges(
  schema: z.ZodObject,
  given: Readonly<Record<string, unknown>>,
  parsed: Readonly<Record<string, unknown>>,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): ResolvedFilters {
  const filters = { ...parsed };
  const issues: ValidationIssue[] = [];
  for (const [name, { from, to }] of dateRangesOf(schema)) {
    const period = filters[name] as Period | undefined;
    delete filters[name];
    const hasDays = filters[from] !== undefined || filters[to] !== undefined;
    if (hasDays && given[name] !== undefined) {
      issues.push({ pointer: pointerTo('filters', name), message: `cannot stand beside ${from} or ${to}` });
    } else if (period !== undefined && !hasDays) {
      const days = daysOf(period, now, timeZone);
      filters[from] = days.from;
      filters[to] = days.to;
    } else if (hasDays && isBefore(filters[to], filters[from])) {
      issues.push({ pointer: pointerTo('filters', to), message: `must not be before ${from}` });
    }
  }
  return issues.length > 0 ? { ok: false, issues } : { ok: true, filters };
}

/** Every date range of a schema, by the name of its period. */
function dateRangesOf(schema: z.ZodObject): readonly (readonly [string, DateRange])[] {
  return Object.entries(schema.shape).flatMap(([name, filter]) => {
    const range = dateRangeOf(filter);
    return range === undefined ? [] : [[name, range] as const];
  });
}

/** Also under what a report's author has put around it, as `partial()` does. */
function dateRangeOf(filter: z.core.$ZodType): DateRange | undefined {
  const range = z.globalRegistry.get(filter)?.dateRange as DateRange | undefined;
  if (range !== undefined) return range;
  return filter instanceof z.ZodOptional ? dateRangeOf(filter.unwrap()) : undefined;
}

/** Days are written so that their text sorts as they do. */
function isBefore(one: unknown, other: unknown): boolean {
  return typeof one === 'string' && typeof other === 'string' && one < other;
}

/**
 * The condition that an instant falls on one of the days, in a time zone. Both ends may be open.
 * @param instant an expression of type timestamptz
 */
export function withinDays(
  instant: Sql,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  timeZone: string,
): Sql {
  return all(
    from !== undefined && sql`${instant} >= ${beginning(sql`${from}::date`, timeZone)}`,
    to !== undefined && sql`${instant} < ${beginning(sql`${to}::date + 1`, timeZone)}`,
  );
}

/**
 * A day's first instant. Where clocks go back over midnight, as on the Azores, a day has two midnights: it begins with the
 * earlier one, but AT TIME ZONE gives the later. Where they go forward over midnight, both agree.
 */
function beginning(date: Sql, timeZone: string): Sql {
  const midnight = sql`(${date})::timestamp`;
  const instant = sql`${midnight} AT TIME ZONE ${timeZone}`;
  const earlier = sql`${instant} - interval '1 hour'`;
  return sql`CASE WHEN (${earlier}) AT TIME ZONE ${timeZone} >= ${midnight} THEN ${earlier} ELSE ${instant} END`;
}
