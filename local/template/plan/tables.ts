import * as z from 'zod';
import { REGION } from '../physical-ids.ts';
import { boolean, commonProperties, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';

/** One part of a primary key. */
export interface KeyElement {
  readonly attribute: string;
  readonly keyType: 'HASH' | 'RANGE';
}

export type AttributeType = 'S' | 'N' | 'B';

export interface IndexPlan {
  readonly name: string;
  readonly keys: readonly KeyElement[];
  readonly projection: { readonly type: 'ALL' | 'KEYS_ONLY' | 'INCLUDE'; readonly attributes: readonly string[] };
}

/** A DynamoDB table with on-demand capacity. */
export interface TablePlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly keys: readonly KeyElement[];
  /** The types of all attributes that are part of a key. */
  readonly attributes: Readonly<Record<string, AttributeType>>;
  readonly globalIndexes: readonly IndexPlan[];
  /** The attribute with the epoch second after which an item may be deleted. */
  readonly ttlAttribute?: string;
  /** The customer-managed key; whoever reads or writes the table needs `kms:Decrypt` on it. */
  readonly kmsKeyArn?: string;
}

const keySchema = z
  .array(z.strictObject({ AttributeName: text, KeyType: z.enum(['HASH', 'RANGE']) }))
  .transform((elements) => elements.map((e): KeyElement => ({ attribute: e.AttributeName, keyType: e.KeyType })));

const onlyOnAws = {
  ContributorInsightsSpecification: irrelevant('it watches access patterns on AWS'),
  DeletionProtectionEnabled: irrelevant('nothing deletes local tables'),
  PointInTimeRecoverySpecification: irrelevant('local data is not backed up'),
};

const indexSchema = z
  .strictObject({
    ContributorInsightsSpecification: onlyOnAws.ContributorInsightsSpecification,
    IndexName: text,
    KeySchema: keySchema,
    OnDemandThroughput: irrelevant('nothing is throttled by capacity here'),
    Projection: z.strictObject({
      ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
      NonKeyAttributes: z.array(text).default([]),
    }),
    WriteOnDemandThroughputSettings: irrelevant('nothing is throttled by capacity here'),
  })
  .transform(
    (index): IndexPlan => ({
      name: index.IndexName,
      keys: index.KeySchema,
      projection: { type: index.Projection.ProjectionType, attributes: index.Projection.NonKeyAttributes },
    }),
  );

const encryption = z.strictObject({
  KMSMasterKeyId: text.optional(),
  SSEEnabled: boolean.optional(),
  SSEType: text.optional(),
});

const replica = z.strictObject({
  ...commonProperties,
  ...onlyOnAws,
  GlobalSecondaryIndexes: irrelevant('per-region settings of the indexes above'),
  Region: z.literal(REGION),
  SSESpecification: encryption.omit({ SSEEnabled: true, SSEType: true }).optional(),
  TableClass: irrelevant('a price'),
});

const schema = z.strictObject({
  ...commonProperties,
  ...onlyOnAws,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: text, AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.literal('PAY_PER_REQUEST', 'only on-demand tables run locally'),
  GlobalSecondaryIndexes: z.array(indexSchema).default([]),
  KeySchema: keySchema,
  OnDemandThroughput: irrelevant('nothing is throttled by capacity here'),
  Replicas: z.tuple([replica]).optional(),
  SSESpecification: encryption.optional(),
  TableClass: irrelevant('a price'),
  TableName: irrelevant('read through the resource name'),
  TimeToLiveSpecification: z.strictObject({ AttributeName: text, Enabled: boolean }).optional(),
  WriteOnDemandThroughputSettings: irrelevant('nothing is throttled by capacity here'),
});

/** Plans one `AWS::DynamoDB::Table`, or a `GlobalTable` with its one replica here. @throws TemplateError */
export function planTable(resource: ResolvedResource): TablePlan {
  const properties = readProperties(resource, schema);
  const ttl = properties.TimeToLiveSpecification;
  const kmsKeyArn =
    properties.Replicas?.[0].SSESpecification?.KMSMasterKeyId ?? properties.SSESpecification?.KMSMasterKeyId;
  return {
    logicalId: resource.logicalId,
    name: resource.ref(),
    arn: resource.attribute('Arn'),
    keys: properties.KeySchema,
    attributes: Object.fromEntries(properties.AttributeDefinitions.map((a) => [a.AttributeName, a.AttributeType])),
    globalIndexes: properties.GlobalSecondaryIndexes,
    ...(ttl?.Enabled && { ttlAttribute: ttl.AttributeName }),
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
  };
}
