import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type TableIndex, tableIndexes, tableKeys } from '../core/contract/table.ts';
import { type Deployment, removalPolicyOf } from './deployment.ts';

const attributeTypes = { S: dynamodb.AttributeType.STRING, N: dynamodb.AttributeType.NUMBER };

/**
 * What is done with items. A transaction needs the permissions of its parts.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export type ItemAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

/*
 * No maximum and no warm throughput. The API's throttle and the caps of stages bound what is asked of the table; one that
 * throttles would hold up the endings of exports as well as requests. From its first second it takes 4,000 units written,
 * which at 13 for a request is 300 exports a second.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html
 */

export interface ExportTableProps {
  readonly deployment: Deployment;
}

/** The one table: exports, their attempts and timelines, the queue, memberships, idempotency keys, webhooks. */
export class ExportTable extends Construct {
  private readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, { deployment }: ExportTableProps) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: tableKeys.partitionKey, type: dynamodb.AttributeType.STRING },
      sortKey: { name: tableKeys.sortKey, type: dynamodb.AttributeType.STRING },
      timeToLiveAttribute: tableKeys.timeToLive,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      // DynamoDB's own key. Every workload reads the table, so a key of the deployment's would tell none of them apart.
      encryption: dynamodb.TableEncryption.DEFAULT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: deployment.config.retainData,
      removalPolicy: removalPolicyOf(deployment),
    });
    for (const index of Object.values(tableIndexes) as TableIndex[]) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.partitionKey.name, type: attributeTypes[index.partitionKey.type] },
        sortKey: { name: index.sortKey.name, type: attributeTypes[index.sortKey.type] },
        projectionType: dynamodb.ProjectionType[index.projection.type],
        ...(index.projection.type === 'INCLUDE' && { nonKeyAttributes: [...index.projection.attributes] }),
      });
    }
  }

  get tableName(): string {
    return this.table.tableName;
  }

  /** Lets a workload do these things with items, but nothing through an index. */
  grant(grantee: IGrantable, ...actions: ItemAction[]): void {
    this.grantOn(grantee, actions, [this.table.tableArn]);
  }

  /** Lets a workload change an export in any way but its ending: the record as it was read, and a line of its timeline. */
  grantChange(grantee: IGrantable): void {
    this.grant(grantee, 'GetItem', 'PutItem', 'UpdateItem');
  }

  /** Lets a workload change an export together with its attempt, as whoever produces its file does. */
  grantProducing(grantee: IGrantable): void {
    this.grantChange(grantee);
    this.grant(grantee, 'BatchGetItem');
  }

  /** Lets a workload take and record ranges of a file that several make, while the attempt goes on. */
  grantRanges(grantee: IGrantable): void {
    this.grant(grantee, 'Query', 'ConditionCheckItem');
  }

  /** Lets a workload end an export, by the newest of its attempts, and give its slot to whoever waits. */
  grantEnding(grantee: IGrantable): void {
    this.grantChange(grantee);
    this.grant(grantee, 'BatchGetItem', 'Query', 'DeleteItem', 'ConditionCheckItem');
  }

  /** Lets a workload list exports, by account and by requester. */
  grantListing(grantee: IGrantable): void {
    const { listedByAccount, listedByRequester } = tableIndexes;
    this.grantOn(grantee, ['Query'], [this.arnOf(listedByAccount), this.arnOf(listedByRequester)]);
  }

  /** Lets a workload find what has fallen due. */
  grantDue(grantee: IGrantable): void {
    this.grantOn(grantee, ['Query'], [this.arnOf(tableIndexes.due)]);
  }

  private arnOf(index: TableIndex): string {
    return `${this.table.tableArn}/index/${index.name}`;
  }

  /** Not the table's own grant, which would add every index. */
  private grantOn(grantee: IGrantable, actions: ItemAction[], resourceArns: string[]): void {
    Grant.addToPrincipal({ grantee, actions: actions.map((action) => `dynamodb:${action}`), resourceArns });
  }
}
