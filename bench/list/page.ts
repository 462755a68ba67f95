import { availableParallelism } from 'node:os';
import { markdownTable } from '../markdown-table.ts';
import { figuresOf, type ListSizes, measured, type Taken } from './figures.ts';

/** docs/bench-lists.md */
export function pageOf(taken: Taken, sizes: ListSizes): string {
  const count = (number: number) => number.toLocaleString('en');
  const rows = figuresOf(taken).map(({ what, median, p95, ratio }) => [
    measured[what],
    median.toFixed(0),
    p95.toFixed(0),
    ratio.toFixed(2),
  ]);
  return `# Long lists and long lines

    npm run bench:lists              # minutes; writes this page with --write

An account with ${count(sizes.exports)} exports beside one with ${count(sizes.beside)}; then with ${count(sizes.waiting)} more that wait for their turn, and are
its newest, beside a line of ${count(sizes.waitingBeside)}. By turns, ${sizes.rounds} rounds in one run of the local cloud on ${availableParallelism()} processors: over HTTP${taken.next ? ', in a browser' : ''},
and for admissions from the program that makes them. Medians; the ratios tell something, milliseconds are this machine's.

${markdownTable(['milliseconds', 'median', 'p95', 'times the short one'], rows)}

Pages with a filter or another order, and those far behind, work over a thousand exports wherever there are so many: against
a first page they take longer in any account of more than that. What each takes of the table does not depend on how many
there are, and [tests hold it](cost.md#what-the-table-is-asked-for): of a line as well, were it 10,000 long.
`;
}
