// Breaks every call to AWS in every way: npm run prove:crash-points -- [--missing] [--sample 50] [--seed 1] [--shard 0/4] [--only retry] [--once] [--principal Announce]
import { parseArgs } from 'node:util';
import { runCrashPoints } from './crash-points.ts';

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    shard: { type: 'string' },
    only: { type: 'string', multiple: true },
    once: { type: 'boolean', default: false },
    missing: { type: 'boolean', default: false },
    principal: { type: 'string' },
  },
});
const [index, count] = (values.shard ?? '0/1').split('/').map(Number) as [number, number];
const startedAt = performance.now();
const { points, cases, notMet, violations, silent, report } = await runCrashPoints({
  seed: Number(values.seed),
  shard: { index, count },
  ...(values.sample !== undefined && { sample: Number(values.sample) }),
  once: values.once,
  missing: values.missing,
  ...(values.only !== undefined && { only: values.only }),
  ...(values.principal !== undefined && { principal: values.principal }),
  recordDirectory: '.build/crash-points',
  progress: (line) => console.log(line),
});
console.log(`\nCalls found: ${JSON.stringify(points)}`);
if (values.only === undefined) console.log(`Made no call: ${silent.join(', ')}`);
for (const name of notMet) console.log(`  did not come to pass: ${name}`);
console.log(`${cases} cases, ${notMet.length} not met, ${violations.length} violations`);
for (const violation of violations) console.log(`  ${violation}`);
console.log(`\n${report}`);
console.log(`${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
process.exit(violations.length === 0 ? 0 : 1);
