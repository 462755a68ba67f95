import * as z from 'zod';
import type { RequiredPermission } from '../aws-endpoint/service.ts';
import type { S3Call } from './call.ts';
import { malformedXml, notImplemented } from './errors.ts';
import { receiveDocument } from './request-body.ts';

/** Versions and conditions are not supported, so a request that names them must not delete without them. */
const unsupported = z.undefined().optional();
const identifier = z.object({
  Key: z.string().min(1),
  VersionId: unsupported,
  ETag: unsupported,
  LastModifiedTime: unsupported,
  Size: unsupported,
});
const deletion = z.object({
  Object: z.array(identifier).min(1).max(1000),
  Quiet: z.enum(['true', 'false']).optional(),
});
type Deletion = z.infer<typeof deletion>;

/** Deletes one object; a missing one is no error. */
export async function deleteObject(call: S3Call): Promise<void> {
  if (call.headers.has('if-match')) throw notImplemented('If-Match on DeleteObject');
  await call.bucket.deleteObject(call.key);
  call.reply(204);
}

/** The keys a DeleteObjects request names, and whether only failures are to be reported. */
export async function readDeletion(call: S3Call): Promise<Deletion> {
  const document = await receiveDocument(call, { root: 'Delete', repeated: ['Object'] });
  const parsed = deletion.safeParse(document);
  if (!parsed.success) throw malformedXml();
  return parsed.data;
}

/** Here one forbidden key refuses the whole request, where S3 reports it beside the deleted ones. */
export function deletionPermissions(call: S3Call, { Object: objects }: Deletion): RequiredPermission[] {
  return objects.map(({ Key }) => ({ action: 's3:DeleteObject', resource: `${call.bucket.arn}/${Key}` }));
}

/** Deletes up to 1000 objects. */
export async function deleteObjects(call: S3Call, { Object: objects, Quiet }: Deletion): Promise<void> {
  for (const { Key } of objects) await call.bucket.deleteObject(Key);
  call.replyXml('DeleteResult', { Deleted: Quiet === 'true' ? undefined : objects.map(({ Key }) => ({ Key })) });
}
