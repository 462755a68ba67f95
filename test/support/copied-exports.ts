import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { v7 } from 'uuid';
import { attemptAttributes, exportAttributes } from '../../adapters/dynamodb/export-items.ts';
import { keys } from '../../adapters/dynamodb/keys.ts';
import type { ExportId, ExportRef } from '../../core/domain/export-id.ts';
import type { Attempt, ExportRecord } from '../../core/domain/export-record.ts';

/** Items in one BatchWriteItem. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const MAX_BATCH = 25;

/** Batches on their way at the same time: the table is not to wait for the next. */
const AT_ONCE = 8;

/** Puts copies of an export that was really made, each a minute older than the one before, past all rules. */
export async function copyExport(
  client: DynamoDBDocumentClient,
  tableName: string,
  { record, attempt, copies }: { record: ExportRecord; attempt: Attempt | undefined; copies: number },
): Promise<readonly ExportId[]> {
  const ids: ExportId[] = [];
  const items = Array.from({ length: copies }, (_, index) => {
    const createdAt = record.createdAt - (index + 1) * 60_000;
    const id: ExportId = `exp_${v7({ msecs: createdAt })}`;
    ids.push(id);
    const copy = { ...keys.export({ ...record, exportId: id }), ...exportAttributes({ ...record, id, createdAt }) };
    return attempt === undefined
      ? [copy]
      : [copy, { ...keys.attempt(id), ...attemptAttributes({ ...attempt, exportId: id }) }];
  }).flat();
  await putAll(client, tableName, items);
  return ids;
}

/** Puts queued exports into their account's line, past all rules. */
export async function putInLine(
  client: DynamoDBDocumentClient,
  tableName: string,
  refs: readonly ExportRef[],
): Promise<void> {
  await putAll(client, tableName, refs.map(keys.waiting));
}

async function putAll(client: DynamoDBDocumentClient, tableName: string, items: readonly object[]): Promise<void> {
  let from = 0;
  const putNext = async (): Promise<void> => {
    while (from < items.length) {
      const batch = items.slice(from, from + MAX_BATCH);
      from += MAX_BATCH;
      const puts = batch.map((item) => ({ PutRequest: { Item: { ...item } } }));
      await client.send(new BatchWriteCommand({ RequestItems: { [tableName]: puts } }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, putNext));
}
