// Runs exports under seeded faults and judges every invariant: npm run chaos -- --seed 7 --exports 100 --rate 0.05
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';
import { printVerdicts } from './print-verdicts.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    exports: { type: 'string', default: '100' },
    rate: { type: 'string', default: '0.05' },
  },
});
const [seed, exports, rate] = [values.seed, values.exports, values.rate].map(Number) as [number, number, number];
const startedAt = performance.now();
const result = await runChaos({
  seed,
  exports,
  rate,
  limitMs: Math.max(120_000, exports * 3_000),
  progress: (line) => console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`),
});
console.log('\nFaults injected (caller service:operation kind):');
for (const [what, count] of Object.entries(result.faults.injected))
  console.log(`${String(count).padStart(7)}  ${what}`);
const total = Object.values(result.faults.injected).reduce((sum, count) => sum + count, 0);
console.log(`${String(total).padStart(7)}  in all`);
console.log(`\nExports: ${JSON.stringify(result.statuses)}, failures: ${JSON.stringify(result.failures)}`);
const isGood = printVerdicts(result.verdicts);
console.log(
  `${((performance.now() - startedAt) / 1000).toFixed(0)} s. Replay: npm run chaos -- --seed ${seed} --exports ${exports} --rate ${rate}`,
);
process.exit(isGood ? 0 : 1);
