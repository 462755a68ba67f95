import { percentile } from '../../local/cloudwatch/statistic.ts';
import { markdownTable } from '../markdown-table.ts';
import type { Evaluation } from './measure-evaluation.ts';

/** What one program takes before its first event: medians. */
export interface ColdStart {
  readonly workload: string;
  readonly sizeBytes: number;
  readonly gzipBytes: number;
  readonly cpuMilliseconds: number;
  readonly milliseconds: number;
}

export function medianOf(evaluations: readonly Evaluation[]): Evaluation {
  const median = (pick: (one: Evaluation) => number) => percentile(evaluations.map(pick), 50);
  return {
    cpuMilliseconds: median((one) => one.cpuMilliseconds),
    milliseconds: median((one) => one.milliseconds),
  };
}

/** docs/cold-start.md */
export function pageOf(rows: readonly ColdStart[], empty: Evaluation, runs: number): string {
  const lines = rows.map((row) => [
    row.workload,
    (row.sizeBytes / 1000).toFixed(0),
    (row.gzipBytes / 1000).toFixed(0),
    row.cpuMilliseconds.toFixed(0),
    (row.cpuMilliseconds / empty.cpuMilliseconds).toFixed(0),
  ]);
  return `# Cold starts

    npm run bench:cold-start         # minutes; writes this page with --write

What Lambda reads and evaluates before a function's first event: the size of its one file, and the processor time of importing it
in a process of its own, medians of ${runs} by turns; a function that does nothing takes ${empty.cpuMilliseconds.toFixed(1)} ms. Ratios tell something, milliseconds are this
machine's. Starting the sandbox and the first connection come on top, and are Lambda's.

${markdownTable(['function', 'kB', 'kB, gzip', 'ms of processor', 'times empty'], lines)}

A test holds each file to a size (\`test/lib/bundle-contents.ts\`), and refuses packages that a function's environment gives it no
use for.

## What keeps them small

- One file for each function, the AWS SDK with it and shaken free of what is not used. Clients are made once for an instance, and
  keep their connections.
- \`lib/bundle-plugins.ts\`: Node's own modules without what an import of them loads, such as \`fetch\` with \`http\`; and credentials
  from the environment or a container's address only, without the clients that would look for them elsewhere.
- \`pg\` is CommonJS and cannot be shaken: it is in the functions that ask the database, by a module of their own
  (\`lambdas/database-services.ts\`).
- The libraries of PDF, Excel and Parquet files are in two programs, and evaluated with the first file of their kind.

## What is left

- Half of a small function is the SDK's own core and zod. The client of SSM, for one call, is 140 kB.
- Functions with the catalog hold the words of made-up test data, 450 kB, which only those that write a file evaluate.
- The database client loads TLS and its crypto at once; a connection would need them anyway.
`;
}
