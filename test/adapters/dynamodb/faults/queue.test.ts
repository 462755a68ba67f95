// @module-tag lost-replies
// @module-tag measured-once
// @module-tag broken-sender

import { expect, it } from 'vitest';
import { StoreUnavailableError } from '../../../../core/domain/errors.ts';
import { queueScenarios } from './queue-scenarios.ts';
import { dynamoForThisFile, underFaults } from './under-faults.ts';

const dynamo = dynamoForThisFile();
underFaults(dynamo, queueScenarios);

it('reads the pool before the accounts: what is in the pool alone then holds no slot', async () => {
  const { stores, calls } = await dynamo.open();
  calls.reset();
  calls.inject((_, command) => (command === 'GetItem' ? 'lost request' : undefined));
  await expect(stores.admissions.readQueue()).rejects.toThrow(StoreUnavailableError);
  expect(calls.sent).toEqual(['GetItem']);
});
