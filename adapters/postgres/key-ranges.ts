import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { KeyRange } from '../../core/ports/export-source.ts';
import { costQuery, laterKeyQuery, unkeyedQuery } from './export-query.ts';
import type { Session } from './session.ts';

/** So few that a range of narrow rows is not all overhead, and so many that one of wide rows is not either. */
const MIN_ROWS = 500;

/** The part of what all rows cost that finding the ends of all ranges may add: a quarter of the time on two connections. */
const MAX_SHARE_OF_COST = 0.5;

/**
 * What the planner leaves out, because all plans of a query have it in common: writing a byte of a row and sending it, in its units
 * (1 is a page read in sequence). Measured on rows of 20 columns and 300 bytes, for which writing takes several times as long as reading them.
 */
const OUTPUT_COST_OF_BYTE = 0.002;

type Ranges = readonly [KeyRange, ...KeyRange[]];

/** One that holds all rows. */
const whole: Ranges = [{}];

interface Estimate {
  readonly 'Total Cost': number;
  readonly 'Plan Rows': number;
  readonly 'Plan Width': number;
}

/**
 * Cuts the rows into ranges by walking the keys in the order of an index, a range's rows at a time: exact under the session's snapshot, whatever
 * the filters, and not dependent on statistics, which PostgreSQL keeps from readers of tables with row-level security. Where no index has that order every
 * step would sort all rows; the planner's costs tell, and then there is one range.
 */
export async function keyRanges(session: Session, plan: ExportPlan, rangeBytes: number): Promise<Ranges> {
  const all = await estimateOf(session, costQuery(plan));
  const rows = Math.max(Math.ceil(rangeBytes / Math.max(all['Plan Width'], 1)), MIN_ROWS);
  const steps = all['Plan Rows'] / rows;
  if (steps < 2) return whole;
  const step = await estimateOf(session, `EXPLAIN (FORMAT JSON) ${laterKeyQuery(plan, undefined, rows)}`);
  const output = all['Plan Rows'] * all['Plan Width'] * OUTPUT_COST_OF_BYTE;
  if (step['Total Cost'] * steps > (all['Total Cost'] + output) * MAX_SHARE_OF_COST) return whole;
  const unkeyed = await session.query<{ found: boolean }>(unkeyedQuery(plan));
  if (unkeyed.rows[0]?.found !== false) return whole;

  const ends: string[] = [];
  for (;;) {
    // The key that a range begins with is one of its rows.
    const after = ends.at(-1);
    const found = await session.query<{ key: string }>(
      laterKeyQuery(plan, after, after === undefined ? rows : rows - 1),
    );
    const key = found.rows[0]?.key;
    if (key === undefined) break;
    ends.push(key);
  }
  const [first, ...others] = ends;
  if (first === undefined) return whole;
  return [
    { to: first },
    ...ends.map((from, index) => ({ from, ...(others[index] !== undefined && { to: others[index] }) })),
  ];
}

async function estimateOf(session: Session, text: string): Promise<Estimate> {
  const { rows } = await session.query<{ 'QUERY PLAN': [{ Plan: Estimate }] }>(text);
  const plan = rows[0]?.['QUERY PLAN'][0].Plan;
  if (plan === undefined) throw new Error('The database explained nothing');
  return plan;
}
