import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { exportAttributes } from '../../../adapters/dynamodb/export-items.ts';
import { keys } from '../../../adapters/dynamodb/keys.ts';
import { randomIds } from '../../../adapters/ids.ts';
import type { ExportId } from '../../../core/domain/export-id.ts';
import type { ExportRecord } from '../../../core/domain/export-record.ts';
import { DAY, file, newExport } from '../../support/exports.ts';
import { csvPartFiles } from '../../support/part-files.ts';
import type { TestCloud } from '../test-cloud.ts';

/** Writes exports that are ready, without running them. */
export class ReadyExports {
  readonly #table: DynamoDBDocumentClient;
  readonly #s3: S3Client;
  readonly #cloud: TestCloud;

  constructor(cloud: TestCloud) {
    const { awsEndpoint } = cloud.info();
    const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = cloud.operatorEnvironment;
    const config = {
      endpoint: awsEndpoint,
      region: AWS_REGION,
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    };
    this.#table = DynamoDBDocumentClient.from(new DynamoDBClient(config), {
      marshallOptions: { removeUndefinedValues: true },
    });
    this.#s3 = new S3Client({ ...config, forcePathStyle: true });
    this.#cloud = cloud;
  }

  stop(): void {
    this.#table.destroy();
    this.#s3.destroy();
  }

  /** A guest list that is ready for a day, with its file and its waybill. */
  async add(
    accountId: string,
    requestedBy: ExportRecord['requestedBy'],
    fields: Partial<ExportRecord> = {},
    fileName = file.name,
  ): Promise<ExportId> {
    const id = randomIds.exportId();
    const place = `exports/${accountId}/${id}/1-${randomUUID()}`;
    const record = this.#readyRecord(id, accountId, requestedBy, {
      file: { ...file, name: fileName, key: `${place}/guests.csv`, waybillKey: `${place}/waybill.json` },
      ...fields,
    });
    await this.#put(
      record,
      ['guests.csv', 'waybill.json'].map((name) => ({ key: `${place}/${name}`, body: Buffer.from('{}') })),
    );
    return id;
  }

  /** The same as several files. @param rows how many rows each of them has */
  async addPartFiles(
    accountId: string,
    requestedBy: ExportRecord['requestedBy'],
    rows: readonly number[],
    fields: Partial<ExportRecord> = {},
  ): Promise<ExportId> {
    const id = randomIds.exportId();
    const unfiled = this.#readyRecord(id, accountId, requestedBy, fields);
    const { file: partFiles, objects } = csvPartFiles(
      unfiled,
      randomUUID(),
      'guest-list-2026-11-22-0190a1b2.csv',
      rows,
    );
    await this.#put({ ...unfiled, file: partFiles }, objects);
    return id;
  }

  #readyRecord(
    id: ExportId,
    accountId: string,
    requestedBy: ExportRecord['requestedBy'],
    fields: Partial<ExportRecord>,
  ): ExportRecord {
    const now = this.#cloud.clock.now();
    const { snapshot } = newExport(0);
    return newExport(0, {
      id,
      accountId,
      requestedBy,
      status: 'ready',
      snapshot: {
        ...snapshot,
        report: { id: 'guest-list', version: 1, title: 'Guest list', permission: 'reports:events' },
        filters: { event: '1003' },
        columns: ['name'],
      },
      createdAt: now,
      updatedAt: now,
      readyAt: now,
      endedAt: now,
      cleaned: true,
      announced: 'ready',
      expiresAt: now + DAY,
      ...fields,
    });
  }

  async #put(record: ExportRecord, objects: readonly { readonly key: string; readonly body: Buffer }[]): Promise<void> {
    const { tableName, bucketName } = this.#cloud.info();
    await this.#table.send(
      new PutCommand({
        TableName: tableName,
        Item: {
          ...keys.export({ accountId: record.accountId, exportId: record.id }),
          ...exportAttributes(record),
        },
      }),
    );
    for (const { key, body } of objects) {
      await this.#s3.send(new PutObjectCommand({ Bucket: bucketName, Key: key, Body: body }));
    }
  }
}
