// @module-tag lost-replies

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inPartition, Table } from '../../../../adapters/dynamodb/table.ts';
import { StoreUnavailableError } from '../../../../core/domain/errors.ts';
import { createTable, startDynamo, type TestDynamo, testClient } from '../../../support/dynoxide.ts';
import { type Fault, watchCalls } from '../../../support/faulty-client.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
  await createTable(testClient(dynamo.endpoint), 'exports');
});
afterAll(() => dynamo.stop());

const key = { pk: 'p', sk: 's' };
const reads: Readonly<Record<string, (table: Table) => Promise<unknown>>> = {
  get: (table) => table.get(key),
  getAll: (table) => table.getAll([key]),
  queryAll: (table) => table.queryAll({ condition: inPartition('p') }),
  count: (table) => table.count({ condition: inPartition('p') }),
};

describe.each(Object.entries(reads))('%s', (_, call) => {
  it.each<Fault>(['throttled', 'lost reply', 'server error'])(
    'says of %s that the store is not available',
    async (fault) => {
      const client = testClient(dynamo.endpoint);
      const table = new Table(client, 'exports');
      await call(table);
      watchCalls(client).inject(() => fault);
      await expect(call(table)).rejects.toThrow(StoreUnavailableError);
    },
  );

  it('does not call our own mistakes so', async () => {
    const table = new Table(testClient(dynamo.endpoint), 'a-table-that-is-not-there');
    await expect(call(table)).rejects.toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
  });
});
