import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type TableIndex, tableIndexes, tableKeys } from '../core/contract/table.ts';
import { type Deployment, removalPolicyOf } from './deployment.ts';

const attributeTypes = { S: dynamodb.AttributeType.STRING, N: dynamodb.AttributeType.NUMBER };

const readActions = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];

/** A transaction needs the permissions of its parts. */
const writeActions = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'];

/*
 * No maximum and no warm throughput. The API's throttle and the caps of stages bound what is asked of the table; one that
 * throttles would hold up the endings of exports as well as requests. From its first second it takes 4,000 units written,
 * which at 18 for a request is 222 exports a second.
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
        projectionType: dynamodb.ProjectionType[index.projection],
      });
    }
  }

  get tableName(): string {
    return this.table.tableName;
  }

  /** Lets a workload read items by key and by partition, but nothing through an index. */
  grantRead(grantee: IGrantable): void {
    this.grant(grantee, readActions, [this.table.tableArn]);
  }

  grantReadWrite(grantee: IGrantable): void {
    this.grant(grantee, [...readActions, ...writeActions], [this.table.tableArn]);
  }

  /** Lets a workload change items and add new ones; for an export all but its ending. */
  grantUpdate(grantee: IGrantable): void {
    this.grant(grantee, [...readActions, 'dynamodb:UpdateItem', 'dynamodb:PutItem'], [this.table.tableArn]);
  }

  /** Lets a workload list exports, by account and by requester. */
  grantListing(grantee: IGrantable): void {
    const { listedByAccount, listedByRequester } = tableIndexes;
    this.grant(grantee, ['dynamodb:Query'], [this.arnOf(listedByAccount), this.arnOf(listedByRequester)]);
  }

  /** Lets a workload find what has fallen due. */
  grantDue(grantee: IGrantable): void {
    this.grant(grantee, ['dynamodb:Query'], [this.arnOf(tableIndexes.due)]);
  }

  private arnOf(index: TableIndex): string {
    return `${this.table.tableArn}/index/${index.name}`;
  }

  /** Not the table's own grant, which would add every index. */
  private grant(grantee: IGrantable, actions: string[], resourceArns: string[]): void {
    Grant.addToPrincipal({ grantee, actions, resourceArns });
  }
}
