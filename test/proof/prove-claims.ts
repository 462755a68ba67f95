import { parseArgs } from 'node:util';
import { openDynamoStores } from '../support/dynamo-stores.ts';
import { startDynamo } from '../support/dynoxide.ts';
import { leanClient } from '../support/lean-client.ts';
import { proveClaims } from './claims.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10000' },
    claimers: { type: 'string', default: '32' },
  },
});
const rounds = Number(values.rounds);
const claimers = Number(values.claimers);
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(claimers) || claimers < 2) {
  throw new Error('Usage: npm run prove:claims -- --rounds 10000 --claimers 32');
}

const dynamo = await startDynamo();
const client = leanClient(dynamo.endpoint);
const startedAt = performance.now();
try {
  const stores = await openDynamoStores(dynamo.endpoint, client);
  const { claims, winners, violations } = await proveClaims({
    stores,
    rounds,
    claimers,
    onRound: (done) => {
      if (done % 1000 === 0) console.info(`${done} rounds, ${seconds()} s`);
    },
  });
  console.info(
    `${rounds} rounds, ${claims} claims, ${winners} winners, ${violations.length} violations, ${seconds()} s`,
  );
  for (const violation of violations.slice(0, 20)) console.error(violation);
  if (violations.length > 0) process.exitCode = 1;
} finally {
  client.destroy();
  await dynamo.stop();
}

function seconds(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}
