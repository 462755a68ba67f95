import { describe, expect, it } from 'vitest';
import { onlyResource, synthesize } from './synthesize.ts';

/** What lists sort, filter and count by, and no more. */
const listed = {
  ProjectionType: 'INCLUDE',
  NonKeyAttributes: ['status', 'reportId', 'reportTitle', 'scope', 'expiresAt', 'erasedAt'],
};

const table = onlyResource(synthesize(), 'AWS::DynamoDB::Table');

describe('ExportTable', () => {
  it('has the keys and the time to live the store writes', () => {
    expect(table.Properties.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
    expect(table.Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true });
    expect(table.Properties.AttributeDefinitions).toEqual(
      expect.arrayContaining([
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'dueSk', AttributeType: 'N' },
        { AttributeName: 'listedKey', AttributeType: 'S' },
      ]),
    );
  });

  it.each([
    ['due', 'duePk', 'dueSk', { ProjectionType: 'KEYS_ONLY' }],
    ['listed-by-account', 'listedAccount', 'listedKey', listed],
    ['listed-by-requester', 'listedRequester', 'listedKey', listed],
  ])('has the index %s', (name, partitionKey, sortKey, projection) => {
    expect(table.Properties.GlobalSecondaryIndexes).toContainEqual({
      IndexName: name,
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
      Projection: projection,
    });
  });

  it('is billed by request and can be restored to any second', () => {
    expect(table.Properties.BillingMode).toBe('PAY_PER_REQUEST');
    expect(table.Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
  });

  it('outlives its stack only where the stage says so', () => {
    const kept = onlyResource(synthesize({ stage: 'prod' }), 'AWS::DynamoDB::Table');
    expect([table.DeletionPolicy, table.Properties.DeletionProtectionEnabled]).toEqual(['Delete', false]);
    expect([kept.DeletionPolicy, kept.Properties.DeletionProtectionEnabled]).toEqual(['Retain', true]);
  });
});
