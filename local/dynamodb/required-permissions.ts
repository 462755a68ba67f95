import * as z from 'zod';
import { AwsError, type RequiredPermission } from '../aws-endpoint/service.ts';
import { arn } from '../template/physical-ids.ts';
import type { TablePlan } from '../template/plan/tables.ts';

const named = z.looseObject({ TableName: z.string() });
const indexed = named.extend({ IndexName: z.string().optional() });
const perTable = z.looseObject({ RequestItems: z.record(z.string(), z.unknown()) });
const transaction = z.looseObject({ TransactItems: z.array(z.record(z.string(), named)) });

/** The action behind each kind of item of a transaction. */
const transactionActions: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

/** One action on a table or index, by the names in the request. */
interface Use {
  readonly action: string;
  readonly table: string;
  readonly index?: string | undefined;
}

type UsesOf = (operation: string, input: unknown) => Use[];

const onTable: UsesOf = (operation, input) => [{ action: operation, table: named.parse(input).TableName }];

const onTableOrIndex: UsesOf = (operation, input) => {
  const { TableName: table, IndexName: index } = indexed.parse(input);
  return [{ action: operation, table, index }];
};

const onTables: UsesOf = (operation, input) => {
  return Object.keys(perTable.parse(input).RequestItems).map((table) => ({ action: operation, table }));
};

/** A transaction needs the permissions of the single operations, none of its own. */
const inTransaction: UsesOf = (_, input) =>
  transaction.parse(input).TransactItems.flatMap((item) =>
    Object.entries(item).map(([kind, { TableName: table }]) => {
      const action = transactionActions[kind];
      if (!action) throw new AwsError('ValidationException', 400, `Unknown kind of transaction item: ${kind}`);
      return { action, table };
    }),
  );

/** The operations that pass through. Tables belong to the template, so none of them changes one. */
const operations: Readonly<Record<string, UsesOf>> = {
  BatchGetItem: onTables,
  BatchWriteItem: onTables,
  DeleteItem: onTable,
  DescribeTable: onTable,
  DescribeTimeToLive: onTable,
  GetItem: onTable,
  PutItem: onTable,
  Query: onTableOrIndex,
  Scan: onTableOrIndex,
  TransactGetItems: inTransaction,
  TransactWriteItems: inTransaction,
  UpdateItem: onTable,
};

/** Operations that only describe a table; they do not touch its encrypted data. */
const DESCRIBES = /^Describe/;

/** What a DynamoDB request needs, as IAM would check it. */
export type RequiredPermissions = (operation: string, input: unknown) => RequiredPermission[];

/**
 * Builds the map from requests to permissions. A table with a customer-managed key needs `kms:Decrypt` on it as well,
 * because DynamoDB unwraps the table's data key in the caller's name.
 * @returns a function that throws AwsError for an operation or a request that is not known
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function requiredPermissions(tables: readonly TablePlan[]): RequiredPermissions {
  const keyOfTable = new Map(tables.flatMap(({ name, kmsKeyArn }) => (kmsKeyArn ? [[name, kmsKeyArn]] : [])));
  return (operation, input) => {
    const usesOf = operations[operation];
    if (!usesOf) throw new AwsError('UnknownOperationException', 400, `The local DynamoDB has no ${operation}.`);
    const permissions = new Map<string, RequiredPermission>();
    const add = (permission: RequiredPermission) =>
      permissions.set(`${permission.action} ${permission.resource}`, permission);
    for (const { action, table, index } of parseUses(usesOf, operation, input)) {
      const tableArn = arn('dynamodb', `table/${table}`);
      add({ action: `dynamodb:${action}`, resource: index === undefined ? tableArn : `${tableArn}/index/${index}` });
      const keyArn = keyOfTable.get(table);
      if (keyArn !== undefined && !DESCRIBES.test(action)) add({ action: 'kms:Decrypt', resource: keyArn });
    }
    return [...permissions.values()];
  };
}

function parseUses(usesOf: UsesOf, operation: string, input: unknown): Use[] {
  try {
    return usesOf(operation, input);
  } catch (error) {
    if (error instanceof z.ZodError) throw new AwsError('ValidationException', 400, z.prettifyError(error));
    throw error;
  }
}
