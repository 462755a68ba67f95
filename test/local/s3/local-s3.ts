import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type AwsEndpointOptions, createAwsEndpoint } from '../../../local/aws-endpoint/endpoint.ts';
import { LocalClock } from '../../../local/clock.ts';
import type { BucketOptions } from '../../../local/s3/bucket.ts';
import { createS3Service, type S3Service } from '../../../local/s3/service.ts';

export const BUCKET = 'artifacts';
export const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
export const CREDENTIALS = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'local-secret' };
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/worker';

export interface LocalS3Options {
  /** @default a new temporary folder, removed at the end */
  readonly directory?: string;
  readonly lifecycleRules?: BucketOptions['lifecycleRules'];
  readonly kmsKeyArn?: string;
  readonly corsRules?: NonNullable<BucketOptions['corsRules']>;
  readonly denials?: NonNullable<BucketOptions['denials']>;
  /** @default everything is allowed */
  readonly authorize?: AwsEndpointOptions['authorize'];
  readonly intercept?: NonNullable<AwsEndpointOptions['intercept']>;
}

/** A running S3 server for one test, with a client that has its credentials. */
export interface LocalS3 extends AsyncDisposable {
  readonly url: string;
  readonly client: S3Client;
  readonly clock: LocalClock;
  readonly service: S3Service;
  readonly directory: string;
  /** How many have been made to it so far. */
  connections(): number;
  clientWith(config: S3ClientConfig): S3Client;
}

export async function startLocalS3(options: LocalS3Options = {}): Promise<LocalS3> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'waybill-s3-')));
  const clock = new LocalClock();
  const { lifecycleRules = [], corsRules = [], denials = [], kmsKeyArn } = options;
  const bucket = { name: BUCKET, arn: BUCKET_ARN, lifecycleRules, corsRules, denials, ...(kmsKeyArn && { kmsKeyArn }) };
  const service = createS3Service({ buckets: [bucket], directory, clock });
  const endpoint = createAwsEndpoint({
    services: [service],
    credentials: (id) =>
      id === CREDENTIALS.accessKeyId
        ? { secretAccessKey: CREDENTIALS.secretAccessKey, principal: { roleArn: ROLE_ARN } }
        : undefined,
    authorize: options.authorize ?? (() => true),
    clock,
    ...(options.intercept && { intercept: options.intercept }),
  });
  const server = createServer((request, response) => void endpoint.handle(request, response));
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clientWith = (config: S3ClientConfig) =>
    new S3Client({
      endpoint: url,
      region: 'us-east-1',
      credentials: CREDENTIALS,
      forcePathStyle: true,
      maxAttempts: 1,
      ...config,
    });
  const client = clientWith({});
  return {
    url,
    client,
    clock,
    service,
    directory,
    connections: () => connections,
    clientWith,
    async [Symbol.asyncDispose]() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (options.directory === undefined) await rm(directory, { recursive: true });
    },
  };
}

/** The status and S3 error code of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (reason) => reason as Error & { $metadata?: { httpStatusCode?: number } },
  );
  if (!error) throw new Error('the call succeeded');
  return `${error.$metadata?.httpStatusCode} ${error.name}`;
}
