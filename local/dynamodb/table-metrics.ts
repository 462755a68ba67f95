import { AwsError, type RequiredPermission } from '../aws-endpoint/service.ts';
import type { Measure } from '../cloudwatch/metric.ts';

const READS = ['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems'];
const THROTTLES = ['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'ThrottlingException'];

/** `arn:aws:dynamodb:us-east-1:000000000000:table/NAME/index/INDEX` */
const RESOURCE = /:table\/([^/]+)(?:\/index\/(.+))?$/;

/** Measures a request that was not carried out; any other error is the caller's own. */
export type MeasureFailure = (error: unknown, operation: string, permissions: readonly RequiredPermission[]) => void;

/**
 * Measures throttling and failures of tables and indexes, by the permissions that requests need.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export function tableMetrics(measure: Measure): MeasureFailure {
  const put = (name: string, dimensions: Record<string, string>) =>
    measure({ namespace: 'AWS/DynamoDB', name, dimensions }, 1, 'Count');
  return (error, operation, permissions) => {
    if (!(error instanceof AwsError)) return;
    for (const resource of new Set(permissions.map((permission) => permission.resource))) {
      const [, table, index] = RESOURCE.exec(resource) ?? [];
      if (table === undefined) continue;
      const ofOperation = { TableName: table, Operation: operation };
      if (error.statusCode >= 500) put('SystemErrors', ofOperation);
      if (!THROTTLES.includes(error.code)) continue;
      put('ThrottledRequests', ofOperation);
      put(READS.includes(operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents', {
        TableName: table,
        ...(index !== undefined && { GlobalSecondaryIndexName: index }),
      });
    }
  };
}
