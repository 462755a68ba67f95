import type { AwsRequest } from '../aws-endpoint/service.ts';
import { notImplemented } from './errors.ts';
import { OPERATIONS, type Operation } from './operations.ts';

/** Where a path-style request points. */
export interface ResourcePath {
  /** Empty for requests on the service itself. */
  readonly bucket: string;
  /** Empty for requests on a bucket. */
  readonly key: string;
}

/** The verbs with which S3 names its operations. */
const VERBS: Readonly<Record<string, string>> = {
  GET: 'Get',
  PUT: 'Put',
  DELETE: 'Delete',
  HEAD: 'Head',
  POST: 'Post',
};

/** Splits `/bucket/any/key`; a key may hold slashes, also at its start. */
export function splitPath(path: string): ResourcePath {
  const slash = path.indexOf('/', 1);
  return slash < 0 ? { bucket: path.slice(1), key: '' } : { bucket: path.slice(1, slash), key: path.slice(slash + 1) };
}

/**
 * The operation a request means.
 * @throws AwsError `NotImplemented` with the operation's name
 */
export function findOperation(request: AwsRequest, path: ResourcePath): Operation {
  const { method, query, headers } = request;
  const on = path.key === '' ? 'bucket' : 'object';
  const names = [...query.keys()].filter((name) => name !== 'x-id' && !/^x-amz-/i.test(name));
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  const operation = OPERATIONS.find(({ selectors = [], parameters = [], ...candidate }) => {
    if (isCopy || candidate.method !== method || candidate.on !== on) return false;
    if (!selectors.every((selector) => names.includes(selector))) return false;
    return names.every((name) => selectors.includes(name) || parameters.includes(name));
  });
  if (path.bucket === '' || !operation) throw notImplemented(describe(request, path, names, isCopy));
  return operation;
}

/** Names an operation that is not here: SDKs often state it in `x-id`, otherwise it follows from verb and query. */
function describe(
  { method, query }: AwsRequest,
  { bucket, key }: ResourcePath,
  parameters: readonly string[],
  isCopy: boolean,
): string {
  if (bucket === '') return 'ListBuckets';
  if (isCopy) return parameters.includes('uploadId') ? 'UploadPartCopy' : 'CopyObject';
  const stated = query.get('x-id');
  if (stated !== null) return parameters.length > 0 ? `${stated} with the query ${parameters.join('&')}` : stated;
  if (key === '' && parameters.length === 0) {
    const whole: Readonly<Record<string, string>> = { GET: 'ListObjects', PUT: 'CreateBucket', DELETE: 'DeleteBucket' };
    return whole[method] ?? `${method} on a bucket`;
  }
  return `${VERBS[method] ?? method}${key === '' ? 'Bucket' : 'Object'}${pascalCase(parameters[0] ?? '')}`;
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
