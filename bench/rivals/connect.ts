import type pg from 'pg';
import { fileClient } from '../../adapters/s3/client.ts';
import { s3FileStore } from '../../adapters/s3/file-store.ts';
import { FileDigest } from '../../pipeline/file-digest.ts';
import { PartPacker, partBytesFor } from '../../pipeline/part-packer.ts';

const environment = process.env as Readonly<Record<'DATABASE_URL' | 'QUERY' | 'BUCKET' | 'KEY', string>>;

/** What is exported, as the report has it. */
export function sqlOf(): string {
  return environment.QUERY;
}

export function databaseUrlOf(): string {
  return environment.DATABASE_URL;
}

export async function connect(Client: typeof pg.Client): Promise<pg.Client> {
  const client = new Client({ connectionString: databaseUrlOf() });
  await client.connect();
  return client;
}

/** The upload of the worker, for a writer of another kind. */
export async function openUpload() {
  const client = fileClient({});
  const upload = await s3FileStore({ client, bucket: environment.BUCKET }).beginUpload(environment.KEY, {
    contentType: 'application/octet-stream',
    retentionDays: 1,
  });
  const packer = new PartPacker(upload, partBytesFor(5e9));
  const digest = new FileDigest();
  return {
    async write(chunk: Uint8Array): Promise<void> {
      digest.update(chunk);
      await packer.write(chunk);
    },
    async end(): Promise<void> {
      await packer.end();
      await upload.complete(digest.finish());
      client.destroy();
    },
  };
}
