import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { environments, type Workload } from '../core/contract/env.ts';
import { buildBundles, bundleOf } from '../lib/bundles.ts';
import { anyEnvironment, type Evaluation, measureEvaluation } from './cold-start/measure-evaluation.ts';
import { medianOf, pageOf } from './cold-start/page.ts';

/**
 * What evaluating each function's bundle takes before its first event, beside a function that does nothing: each in
 * processes of its own, by turns. `npm run bench:cold-start`, `npm run bench:cold-start -- --runs 15 --only get-export`;
 * `--bundles <folder>` measures bundles that are there already, such as those of an earlier version.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    only: { type: 'string', multiple: true },
    bundles: { type: 'string' },
    /** Writes docs/cold-start.md. */
    write: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const scratch = mkdtempSync(join(tmpdir(), 'waybill-cold-start-'));
try {
  const bundles = values.bundles ?? scratch;
  if (values.bundles === undefined) await buildBundles(bundles);
  const empty = join(scratch, 'empty.mjs');
  writeFileSync(empty, 'export const handler = async () => {};\n');

  const workloads = (Object.keys(environments) as Workload[]).filter(
    (workload) => workload !== 'worker' && (values.only?.includes(workload) ?? true),
  );
  const emptied: Evaluation[] = [];
  const taken = new Map(workloads.map((workload) => [workload, [] as Evaluation[]]));
  for (let round = 0; round < runs; round += 1) {
    emptied.push(await measureEvaluation(empty, {}));
    for (const [workload, evaluations] of taken) {
      const module = join(bundleOf(workload, bundles), 'index.mjs');
      evaluations.push(await measureEvaluation(module, anyEnvironment(workload)));
    }
  }

  const nothing = medianOf(emptied);
  console.info(
    `Medians of ${runs}; an empty function takes ${nothing.cpuMilliseconds.toFixed(1)} ms of the processor.`,
  );
  const rows = [...taken].map(([workload, all]) => {
    const program = readFileSync(join(bundleOf(workload, bundles), 'index.mjs'));
    return { workload, sizeBytes: program.length, gzipBytes: gzipSync(program).length, ...medianOf(all) };
  });
  for (const row of rows.toSorted((a, b) => b.cpuMilliseconds - a.cpuMilliseconds)) {
    const figures = [row.cpuMilliseconds, row.milliseconds].map((each) => each.toFixed(1).padStart(8));
    const ratio = (row.cpuMilliseconds / nothing.cpuMilliseconds).toFixed(1).padStart(8);
    console.info(`${row.workload.padEnd(26)}${figures[0]} ms CPU${figures[1]} ms${ratio} x empty`);
  }
  if (values.write) {
    const sorted = rows.toSorted((a, b) => b.cpuMilliseconds - a.cpuMilliseconds);
    writeFileSync(new URL('../docs/cold-start.md', import.meta.url), pageOf(sorted, nothing, runs));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
