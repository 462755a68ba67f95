import type { TablePlan } from '../../../local/template/plan/tables.ts';

/** A table with two indexes and a TTL attribute. */
export const recordsTable: TablePlan = {
  logicalId: 'Records',
  name: 'records',
  arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/records',
  keys: [
    { attribute: 'pk', keyType: 'HASH' },
    { attribute: 'sk', keyType: 'RANGE' },
  ],
  attributes: { pk: 'S', sk: 'S', dueAt: 'N', kind: 'S' },
  globalIndexes: [
    {
      name: 'due',
      keys: [
        { attribute: 'kind', keyType: 'HASH' },
        { attribute: 'dueAt', keyType: 'RANGE' },
      ],
      projection: { type: 'KEYS_ONLY', attributes: [] },
    },
    {
      name: 'listed',
      keys: [{ attribute: 'kind', keyType: 'HASH' }],
      projection: { type: 'INCLUDE', attributes: ['title', 'status'] },
    },
  ],
  ttlAttribute: 'expiresAtSeconds',
};
