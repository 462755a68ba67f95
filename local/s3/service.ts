import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { AwsError, type AwsRequest, type AwsService } from '../aws-endpoint/service.ts';
import type { LocalClock } from '../clock.ts';
import { Bucket, type BucketOptions } from './bucket.ts';
import { refuseDenied } from './bucket-denials.ts';
import { S3Call } from './call.ts';
import { corsHeaders, isPreflight } from './cors.ts';
import { corsRefused, noSuchBucket } from './errors.ts';
import { keyPermissions } from './key-permissions.ts';
import { type SweptBucket, sweepBucket } from './lifecycle.ts';
import { refuseUnknownHeaders } from './object-headers.ts';
import { findOperation, splitPath } from './routing.ts';
import { renderErrorDocument } from './xml.ts';

export interface S3ServiceOptions {
  readonly buckets: readonly BucketOptions[];
  /** Holds one folder a bucket; created when missing. */
  readonly directory: string;
  readonly clock: LocalClock;
}

/** S3's REST API, path-style, on a folder of this machine. */
export interface S3Service extends AwsService {
  /** Applies the lifecycle rules of every bucket at the clock's time. */
  sweep(): Promise<readonly SweptBucket[]>;
  /** A bucket itself, for parts of the local cloud that no role's policy concerns. */
  bucket(name: string): Bucket;
}

/**
 * Opens the buckets and serves them.
 *
 * What is not implemented is refused by name (`NotImplemented`), be it an operation, a query parameter or a header:
 * nothing that AWS would act on is passed over in silence.
 */
export function createS3Service({ buckets: declared, directory, clock }: S3ServiceOptions): S3Service {
  mkdirSync(directory, { recursive: true });
  const buckets = new Map(
    declared.map((options) => [options.name, new Bucket(options, join(directory, options.name))]),
  );

  async function serve(request: AwsRequest, response: ServerResponse): Promise<void> {
    const path = splitPath(request.path);
    const operation = findOperation(request, path);
    const bucket = buckets.get(path.bucket);
    if (!bucket) throw noSuchBucket(path.bucket);
    const call = new S3Call(request, response, bucket, path.key, clock.now());
    refuseUnknownHeaders(call);
    const { permissions, run } = await operation.prepare(call);
    refuseDenied(call, permissions);
    await request.gate(operation.name, [...permissions, ...keyPermissions(operation.name, call)]);
    await run();
  }

  function answerBrowser(request: IncomingMessage, response: ServerResponse): boolean {
    const { pathname } = new URL(request.url ?? '/', 'http://s3');
    const rules = buckets.get(splitPath(pathname).bucket)?.corsRules ?? [];
    const headers = corsHeaders(rules, request);
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
    if (!isPreflight(request)) return false;
    if (headers !== undefined) response.writeHead(200, { 'content-length': 0 }).end();
    else sendError(response, corsRefused(rules.length > 0, request.headers['access-control-request-method'] ?? ''));
    return true;
  }

  return {
    signingName: 's3',
    answerBrowser,

    async handle(request, response) {
      try {
        await serve(request, response);
      } catch (error) {
        if (!(error instanceof AwsError) || response.headersSent) throw error;
        sendError(response, error, request.path);
        // What is left of a refused body must be read off, or the connection could not be used again.
        request.body.resume();
      }
    },

    refuse: (error, response) => sendError(response, error),

    bucket(name) {
      const bucket = buckets.get(name);
      if (!bucket) throw noSuchBucket(name);
      return bucket;
    },

    async sweep() {
      const swept: SweptBucket[] = [];
      for (const bucket of buckets.values()) swept.push(await sweepBucket(bucket, clock.now()));
      return swept;
    },
  };
}

function sendError(response: ServerResponse, error: AwsError, resource?: string): void {
  // Headers of the answer that was under way would describe something that is not sent.
  const kept = /^(?:date|vary|x-amz-request-id|x-amzn-requestid|access-control-.+)$/;
  for (const name of response.getHeaderNames()) if (!kept.test(name)) response.removeHeader(name);
  const requestId = String(response.getHeader('x-amz-request-id'));
  const { code, message, details } = error;
  const children = {
    Code: code,
    Message: message,
    ...details,
    Resource: resource,
    RequestId: requestId,
    HostId: 'local',
  };
  const body = Buffer.from(renderErrorDocument(children));
  response.writeHead(error.statusCode, { 'content-type': 'application/xml', 'content-length': body.length }).end(body);
}
