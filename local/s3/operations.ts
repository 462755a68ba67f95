import type { RequiredPermission } from '../aws-endpoint/service.ts';
import type { S3Call } from './call.ts';
import { completeMultipartUpload } from './complete-upload.ts';
import { deleteObject, deleteObjects, deletionPermissions, readDeletion } from './delete-objects.ts';
import { getObject, RESPONSE_OVERRIDES } from './get-object.ts';
import { listObjects } from './listing.ts';
import {
  abortMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
} from './multipart.ts';
import { putObject } from './put-object.ts';
import { getObjectTagging, putObjectTagging } from './tagging.ts';

/** A call whose permissions are known, to run once they are granted. */
export interface PreparedCall {
  readonly permissions: readonly RequiredPermission[];
  run(): Promise<void>;
}

/** One operation of S3's API, and the requests that mean it. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly on: 'bucket' | 'object';
  /** Query parameters that single the operation out. */
  readonly selectors?: readonly string[];
  /** Further query parameters it understands; a request with any other is not this operation. */
  readonly parameters?: readonly string[];
  prepare(call: S3Call): PreparedCall | Promise<PreparedCall>;
}

type Handler = (call: S3Call) => Promise<void>;

/**
 * Every operation of this server, with the permissions AWS documents for it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'HeadBucket',
    method: 'HEAD',
    on: 'bucket',
    prepare: needing('s3:ListBucket', async (call) => call.reply()),
  },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    selectors: ['list-type'],
    parameters: ['prefix', 'delimiter', 'continuation-token', 'start-after', 'max-keys', 'encoding-type'],
    prepare(call) {
      const prefix = call.query.get('prefix');
      const context = prefix === undefined ? undefined : { 's3:prefix': prefix };
      return { permissions: [call.permission('s3:ListBucket', context)], run: () => listObjects(call) };
    },
  },
  {
    name: 'ListMultipartUploads',
    method: 'GET',
    on: 'bucket',
    selectors: ['uploads'],
    parameters: ['prefix', 'key-marker', 'upload-id-marker', 'max-uploads', 'encoding-type'],
    prepare: needing('s3:ListBucketMultipartUploads', listMultipartUploads),
  },
  {
    name: 'DeleteObjects',
    method: 'POST',
    on: 'bucket',
    selectors: ['delete'],
    async prepare(call) {
      const deletion = await readDeletion(call);
      return { permissions: deletionPermissions(call, deletion), run: () => deleteObjects(call, deletion) };
    },
  },
  { name: 'PutObject', method: 'PUT', on: 'object', prepare: needingToWrite(putObject) },
  {
    name: 'GetObject',
    method: 'GET',
    on: 'object',
    parameters: RESPONSE_OVERRIDES,
    prepare: needing('s3:GetObject', getObject),
  },
  {
    name: 'HeadObject',
    method: 'HEAD',
    on: 'object',
    parameters: RESPONSE_OVERRIDES,
    prepare: needing('s3:GetObject', getObject),
  },
  { name: 'DeleteObject', method: 'DELETE', on: 'object', prepare: needing('s3:DeleteObject', deleteObject) },
  {
    name: 'GetObjectTagging',
    method: 'GET',
    on: 'object',
    selectors: ['tagging'],
    prepare: needing('s3:GetObjectTagging', getObjectTagging),
  },
  {
    name: 'PutObjectTagging',
    method: 'PUT',
    on: 'object',
    selectors: ['tagging'],
    prepare: needing('s3:PutObjectTagging', putObjectTagging),
  },
  {
    name: 'CreateMultipartUpload',
    method: 'POST',
    on: 'object',
    selectors: ['uploads'],
    prepare: needingToWrite(createMultipartUpload),
  },
  {
    name: 'UploadPart',
    method: 'PUT',
    on: 'object',
    selectors: ['partNumber', 'uploadId'],
    prepare: needing('s3:PutObject', uploadPart),
  },
  {
    name: 'CompleteMultipartUpload',
    method: 'POST',
    on: 'object',
    selectors: ['uploadId'],
    prepare: needing('s3:PutObject', completeMultipartUpload),
  },
  {
    name: 'AbortMultipartUpload',
    method: 'DELETE',
    on: 'object',
    selectors: ['uploadId'],
    prepare: needing('s3:AbortMultipartUpload', abortMultipartUpload),
  },
  {
    name: 'ListParts',
    method: 'GET',
    on: 'object',
    selectors: ['uploadId'],
    parameters: ['max-parts', 'part-number-marker'],
    prepare: needing('s3:ListMultipartUploadParts', listParts),
  },
];

function needing(action: string, handler: Handler): Operation['prepare'] {
  return (call) => ({ permissions: [call.permission(action)], run: () => handler(call) });
}

/** To give an object tags as it is written takes the permission to tag it. */
function needingToWrite(handler: Handler): Operation['prepare'] {
  return (call) => {
    const actions = ['s3:PutObject', ...(call.headers.has('x-amz-tagging') ? ['s3:PutObjectTagging'] : [])];
    return { permissions: actions.map((action) => call.permission(action)), run: () => handler(call) };
  };
}
