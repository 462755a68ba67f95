import type { Spent } from './metered-stores.ts';

/** The most that a request or a step may take of the table, and why it takes that. */
export interface UnitBudget {
  readonly reads: number;
  readonly writes: number;
  readonly why: string;
}

/**
 * For an export as large as they get by hand (all columns, three filters, a note, two recipients: 2 KB), with its reader's
 * membership. A consistent read of 4 KB is a unit, one that may lag half of one; a write of 1 KB is a unit, in a transaction
 * two; an index takes a unit of its own for a row it holds. Tests count what each takes, and hold docs/cost.md to this table.
 */
export const unitBudgets = {
  'POST /v1/exports': {
    reads: 3,
    writes: 14,
    why: 'membership, members for the recipients, idempotency key; then export, event, active set and key in one transaction, and three indexes',
  },
  'GET /v1/exports/{id}': { reads: 3, writes: 0, why: 'membership, export and attempt, all consistent' },
  'GET /v1/exports/{id}, 304': {
    reads: 2,
    writes: 0,
    why: 'membership consistent; export, and attempt if it runs, as they were a moment ago, for whoever asks again has seen them',
  },
  'GET /v1/exports/{id}, 304, waiting': {
    reads: 2,
    writes: 0,
    why: 'in a short line, of 250 or of 10,000: instead of an attempt the line as it was a moment ago, at most its first 100',
  },
  'GET /v1/exports, first page': {
    reads: 52,
    writes: 0,
    why: 'membership, 26 rows of the index, 25 exports, attempts of those that run; and 1,001 rows are counted',
  },
  'GET /v1/exports, first page again': {
    reads: 28,
    writes: 0,
    why: 'the same, for half a minute without the count: what the report center asks for every two seconds',
  },
  'GET /v1/exports, page 40': { reads: 52, writes: 0, why: 'the 1,000 rows before it, and its 25 exports' },
  'GET /v1/exports, filtered or sorted': { reads: 53, writes: 0, why: 'the 1,000 rows it works over, and 25 exports' },
  'GET /v1/exports, in a long line': {
    reads: 28,
    writes: 0,
    why: 'the first page again, with one that waits on it; and the first 100 of the line once for all 25',
  },
  'GET /v1/exports/{id}/download': {
    reads: 3,
    writes: 8,
    why: 'membership and export, the export once more for the change; then export and event in one transaction',
  },
  'GET /v1/exports/{id}/download, one of several files': {
    reads: 3,
    writes: 8,
    why: 'the same; which file it is, the waybill says, which is in S3',
  },
  'POST /v1/exports/{id}/cancel, waiting': {
    reads: 10,
    writes: 15,
    why: 'membership, export and attempt four times; the ending, and a look at who is next',
  },
  'enqueue, no slot free': {
    reads: 4,
    writes: 8,
    why: 'export; token and place in line; the queue, to admit whoever is next',
  },
  'enqueue and admit': { reads: 6, writes: 18, why: 'and an admission' },
  admit: {
    reads: 4,
    writes: 10,
    why: 'pool, accounts, the head of a line and its export; pool, account, export and place in one transaction',
  },
  claim: {
    reads: 2,
    writes: 10,
    why: 'export and attempt; export, attempt and event in one transaction, and the lists',
  },
  heartbeat: { reads: 0, writes: 1, why: 'the attempt is a small item of its own, in no index' },
  'end as ready': {
    reads: 2,
    writes: 19,
    why: 'export and attempt; export, attempt, event, active set, pool and account in one transaction, and three indexes',
  },
  'plan ranges': {
    reads: 0,
    writes: 52,
    why: 'of a file of 5 GB for four tasks, as all below: 300 slices and 16 ranges, and a look at the claim, in one transaction',
  },
  'hand over': {
    reads: 0,
    writes: 2,
    why: 'a write of the step that starts the workers, and one of their lead; its last word is one more',
  },
  'look at ranges': {
    reads: 4,
    writes: 0,
    why: 'the plan and its ranges: the lead each second, a worker before it takes one, and then export and attempt too',
  },
  'take a range': { reads: 1, writes: 1, why: 'the range, and the change' },
  'next slice of a range': { reads: 1, writes: 1, why: 'the same: somebody may have cut it off' },
  'heartbeat of a range': { reads: 3, writes: 1, why: 'the same; and export and attempt, to hear whether they go on' },
  'record a range': {
    reads: 1,
    writes: 10,
    why: 'the range with what 40 parts are called, and a look at the claim, in one transaction',
  },
  'record a part file': { reads: 1, writes: 4, why: 'the same with the name of a file' },
  'forget ranges': { reads: 4, writes: 58, why: 'the plan, its ranges and the handover, in one transaction' },
} as const satisfies Readonly<Record<string, UnitBudget>>;

export type Metered = keyof typeof unitBudgets;

/** What something took too much; a budget far above would notice little, and is told as well. */
export function overspent(name: Metered, spent: Pick<Spent, 'reads' | 'writes'>): readonly string[] {
  const budget: UnitBudget = unitBudgets[name];
  return (['reads', 'writes'] as const).flatMap((kind) => {
    if (spent[kind] > budget[kind]) return `${name}: ${spent[kind]} ${kind}, of at most ${budget[kind]}`;
    return spent[kind] < budget[kind] * 0.85 - 2 ? `${name}: ${spent[kind]} ${kind} only, lower ${budget[kind]}` : [];
  });
}

/** The budgets as docs/cost.md shows them. */
export function budgetTable(): string {
  const rows = Object.entries(unitBudgets).map(([name, { reads, writes, why }]) => [
    name.includes('/') ? name.replace(/^[A-Z]+ [^,]+/, (route) => `\`${route}\``) : name,
    String(reads),
    String(writes),
    why,
  ]);
  const heads = ['request or step', 'read units', 'write units', 'what they are for'];
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) => column === 1 || column === 2;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(heads), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}
