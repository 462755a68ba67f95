// @module-tag stores-alike

import { afterAll, beforeAll } from 'vitest';
import { openDynamoStores } from '../../support/dynamo-stores.ts';
import { startDynamo, type TestDynamo, testClient } from '../../support/dynoxide.ts';
import { storeContract } from '../store-contract/store-contract.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

storeContract('DynamoDB', (observe) => openDynamoStores(dynamo.endpoint, testClient(dynamo.endpoint), observe));
