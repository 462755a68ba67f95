import { parseArgs } from 'node:util';
import { openDynamoStores } from '../support/dynamo-stores.ts';
import { startDynamo } from '../support/dynoxide.ts';
import { leanClient } from '../support/lean-client.ts';
import { type FairnessProof, proveFairness, scenarios } from './fairness/fairness.ts';

const { values } = parseArgs({ options: { dynamodb: { type: 'boolean', default: false } } });

for (const scenario of scenarios) await report('in memory', () => proveFairness(scenario));
const [first] = scenarios;
if (values.dynamodb && first) {
  const dynamo = await startDynamo();
  const client = leanClient(dynamo.endpoint);
  try {
    const stores = await openDynamoStores(dynamo.endpoint, client);
    await report('on DynamoDB', () => proveFairness(first, { stores }));
  } finally {
    client.destroy();
    await dynamo.stop();
  }
}

async function report(where: string, prove: () => Promise<FairnessProof>): Promise<void> {
  const startedAt = performance.now();
  const { scenario, quietP95, noisyP95, beside, violations } = await prove();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.info(`${scenario.name}, ${where}: ${beside.ended.length} exports, ${violations.length} violations, ${seconds} s
  quiet accounts' p95 wait: ${quietP95.alone} s alone, ${quietP95.beside} s beside ${scenario.noisyExports} (their p95: ${noisyP95} s)
  at most ${beside.peakPool} of ${scenario.caps.pool} at once, ${beside.peakAccount} of ${scenario.caps.account} of one account
  at most ${beside.mostReads} items read for an admission; ${(beside.tookMs / 60_000).toFixed(0)} minutes of virtual time`);
  for (const violation of violations) console.error(`  ${violation}`);
  if (violations.length > 0) process.exitCode = 1;
}
