// Kills real workers at random moments: npm run prove:kills -- --rounds 200 [--rows 1000000] [--seed 1]
import { parseArgs } from 'node:util';
import { runKills } from './kills.ts';
import { printVerdicts } from './print-verdicts.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    rows: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
  },
});
const startedAt = performance.now();
const { kills, tooLate, statuses, verdicts } = await runKills({
  rounds: Number(values.rounds),
  rows: Number(values.rows),
  seed: Number(values.seed),
  progress: (line) => console.log(`  ${line}`),
});
console.log(`\n${kills} workers killed, ${tooLate} had just ended by themselves; exports: ${JSON.stringify(statuses)}`);
const isGood = printVerdicts(verdicts);
console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
process.exit(isGood ? 0 : 1);
