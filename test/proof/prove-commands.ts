import { parseArgs } from 'node:util';
import { startTestCloud } from '../e2e/test-cloud.ts';
import { type CommandsProof, proveCommands } from './commands/prove.ts';
import { proveCommandsOverHttp } from './commands/prove-http.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    length: { type: 'string', default: '60' },
    http: { type: 'string' },
    seed: { type: 'string' },
  },
});
const { runs, length, http, seed } = {
  runs: Number(values.runs),
  length: Number(values.length),
  http: Number(values.http ?? 0),
  seed: Number(values.seed ?? Date.now() % 2 ** 31),
};
if (![runs, length, http, seed].every(Number.isInteger)) {
  throw new Error('Usage: npm run prove:commands -- [--runs 10000] [--http 300] [--length 60] [--seed N]');
}

const startedAt = performance.now();
const proof = http === 0 ? await proveCommands({ runs, length, seed }) : await overHttp(http);
report(proof);

async function overHttp(count: number): Promise<CommandsProof> {
  const cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
  try {
    const onRun = (done: number) => {
      if (done % 25 === 0) console.info(`${done} runs, ${seconds()} s`);
    };
    return await proveCommandsOverHttp(cloud, { runs: count, length, seed, onRun });
  } finally {
    await cloud.stop();
  }
}

function report({ runs: done, commands, tally }: CommandsProof): void {
  for (const [outcome, count] of [...tally].sort()) console.info(`${String(count).padStart(8)}  ${outcome}`);
  console.info(`${done} runs, ${commands} commands, 0 violations, seed ${seed}, ${seconds()} s`);
}

function seconds(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}
