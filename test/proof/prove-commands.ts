import { parseArgs } from 'node:util';
import { proveCommands } from './commands/prove.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    length: { type: 'string', default: '60' },
    seed: { type: 'string' },
  },
});
const runs = Number(values.runs);
const length = Number(values.length);
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(length) || length < 1) {
  throw new Error('Usage: npm run prove:commands -- --runs 10000 --length 60 [--seed N]');
}

const startedAt = performance.now();
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
const { commands, tally } = await proveCommands({ runs, length, seed });
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
for (const [outcome, count] of [...tally].sort()) console.info(`${String(count).padStart(8)}  ${outcome}`);
console.info(`${runs} runs, ${commands} commands, 0 violations, seed ${seed}, ${seconds} s`);
