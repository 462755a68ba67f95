import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { IndexPlan, KeyElement, TablePlan } from '../template/plan/tables.ts';
import { DynamoDbError, type Upstream } from './upstream.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));

const describedTable = z.object({
  Table: z.object({
    AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z
      .array(
        z.object({
          IndexName: z.string(),
          KeySchema: keySchema,
          Projection: z.object({ ProjectionType: z.string(), NonKeyAttributes: z.array(z.string()).optional() }),
        }),
      )
      .default([]),
  }),
});

const describedTimeToLive = z.object({
  TimeToLiveDescription: z.object({ TimeToLiveStatus: z.string(), AttributeName: z.string().optional() }),
});

/** The parts of a table that cannot be changed in place, in an order that does not matter. */
interface Shape {
  readonly table: unknown;
  readonly indexes: Readonly<Record<string, unknown>>;
}

/**
 * Creates the table unless it is there, and sets its TTL attribute.
 * @param stateDirectory where the data is kept; the error says that it may be deleted
 * @throws Error when the table is there with other keys or indexes
 */
export async function ensureTable(upstream: Upstream, plan: TablePlan, stateDirectory: string): Promise<void> {
  const wanted = creation(plan);
  const existing = await describe(upstream, plan.name);
  if (existing === undefined) await upstream.call('CreateTable', wanted);
  else refuseDifference(plan.name, shapeOf(wanted), shapeOf(existing), stateDirectory);
  await ensureTimeToLive(upstream, plan);
}

async function describe(upstream: Upstream, name: string) {
  try {
    return describedTable.parse(await upstream.call('DescribeTable', { TableName: name })).Table;
  } catch (error) {
    if (error instanceof DynamoDbError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

function creation(plan: TablePlan) {
  const indexes = plan.globalIndexes.map((index) => ({
    IndexName: index.name,
    KeySchema: keys(index.keys),
    Projection: projection(index.projection),
  }));
  return {
    TableName: plan.name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: Object.entries(plan.attributes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keys(plan.keys),
    // An empty list is refused.
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
  };
}

function keys(elements: readonly KeyElement[]) {
  return elements.map(({ attribute, keyType }) => ({ AttributeName: attribute, KeyType: keyType }));
}

function projection({ type, attributes }: IndexPlan['projection']) {
  return { ProjectionType: type, ...(attributes.length > 0 && { NonKeyAttributes: [...attributes] }) };
}

function shapeOf(table: z.input<typeof describedTable>['Table']): Shape {
  return {
    table: {
      attributes: Object.fromEntries(table.AttributeDefinitions.map((a) => [a.AttributeName, a.AttributeType])),
      keys: table.KeySchema,
    },
    indexes: Object.fromEntries(
      (table.GlobalSecondaryIndexes ?? []).map((index) => [
        index.IndexName,
        {
          keys: index.KeySchema,
          projection: index.Projection.ProjectionType,
          attributes: (index.Projection.NonKeyAttributes ?? []).toSorted(),
        },
      ]),
    ),
  };
}

function refuseDifference(name: string, wanted: Shape, existing: Shape, stateDirectory: string): void {
  const indexes = new Set([...Object.keys(wanted.indexes), ...Object.keys(existing.indexes)]);
  const differing = [...indexes]
    .filter((index) => !isDeepStrictEqual(wanted.indexes[index], existing.indexes[index]))
    .map((index) => `index ${index}`);
  if (!isDeepStrictEqual(wanted.table, existing.table)) differing.unshift('keys');
  if (differing.length === 0) return;
  throw new Error(
    `Table ${name} in ${stateDirectory} was created from an older template: its ${differing.join(', ')} differ. ` +
      `Delete ${stateDirectory} to start afresh.`,
  );
}

async function ensureTimeToLive(upstream: Upstream, { name, ttlAttribute }: TablePlan): Promise<void> {
  const answer = await upstream.call('DescribeTimeToLive', { TableName: name });
  const { TimeToLiveStatus: status, AttributeName: current } = describedTimeToLive.parse(answer).TimeToLiveDescription;
  const enabled = status === 'ENABLED' || status === 'ENABLING' ? current : undefined;
  if (enabled === ttlAttribute) return;
  // Only one attribute at a time: the old one goes first.
  if (enabled !== undefined) await setTimeToLive(upstream, name, enabled, false);
  if (ttlAttribute !== undefined) await setTimeToLive(upstream, name, ttlAttribute, true);
}

async function setTimeToLive(upstream: Upstream, name: string, attribute: string, enabled: boolean): Promise<void> {
  const specification = { AttributeName: attribute, Enabled: enabled };
  await upstream.call('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification: specification });
}
