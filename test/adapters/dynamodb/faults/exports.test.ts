// @module-tag lost-replies
// @module-tag measured-once
// @module-tag broken-sender

import { expect, it } from 'vitest';
import { storesOn } from '../../../../adapters/dynamodb/stores.ts';
import { Table } from '../../../../adapters/dynamodb/table.ts';
import { testClient } from '../../../support/dynoxide.ts';
import { newExport } from '../../../support/exports.ts';
import { exportScenarios } from './export-scenarios.ts';
import { dynamoForThisFile, underFaults } from './under-faults.ts';

const dynamo = dynamoForThisFile();
underFaults(dynamo, exportScenarios);

it('lets a fatal error through at once', async () => {
  const { exports } = storesOn(new Table(testClient(dynamo.endpoint), 'no-such-table'));
  await expect(exports.create(newExport(1), { activeLimit: 1 })).rejects.toThrow(/no-such-table|not found/i);
});
