// @module-tag age-of-signatures

import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parsePolicyDocument } from '../../../local/iam/policy-document.ts';
import { BUCKET, BUCKET_ARN, failureOf, type LocalS3, startLocalS3 } from './local-s3.ts';

const MAX_AGE_SECONDS = 90;
const WEEK_SECONDS = 7 * 86_400;
const FILE = { Bucket: BUCKET, Key: 'exports/a.csv' };

const deny = (Action: string, Condition: object) => ({
  ...{ Effect: 'Deny', Action, Resource: `${BUCKET_ARN}/*`, Condition },
});
/** Of the deployed bucket: what is presigned has an age. */
const presignedAge = deny('s3:GetObject', {
  StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
  NumericGreaterThan: { 's3:signatureAge': MAX_AGE_SECONDS * 1000 },
});
const oldSignatures = deny('s3:*', { StringEquals: { 's3:signatureversion': 'AWS' } });

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3({ denials: parsePolicyDocument({ Statement: [presignedAge, oldSignatures] }, 'Policy') });
  await s3.client.send(new PutObjectCommand({ ...FILE, Body: 'x' }));
});
afterAll(() => s3[Symbol.asyncDispose]());

const signForAWeek = (server: LocalS3) =>
  getSignedUrl(server.client, new GetObjectCommand(FILE), {
    expiresIn: WEEK_SECONDS,
    signingDate: new Date(server.clock.now()),
  });

it('a URL that was signed for a week is refused once its signature is too old', async () => {
  const url = await signForAWeek(s3);
  s3.clock.advance(MAX_AGE_SECONDS - 5);
  expect((await fetch(url)).status).toBe(200);
  s3.clock.advance(6);
  const refused = await fetch(url);
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain('s3:GetObject on arn:aws:s3:::artifacts/exports/a.csv: Policy statement 0');
});

it('would serve it all week without that statement', async () => {
  await using open = await startLocalS3({ denials: parsePolicyDocument({ Statement: [oldSignatures] }, 'Policy') });
  await open.client.send(new PutObjectCommand({ ...FILE, Body: 'x' }));
  const url = await signForAWeek(open);
  open.clock.advance(WEEK_SECONDS - 60);
  expect((await fetch(url)).status).toBe(200);
});

it('a workload that signs each request has no age to keep', async () => {
  // Within what AWS lets clocks differ by, and far above the age.
  const late = s3.clientWith({ systemClockOffset: s3.clock.now() - Date.now() - 600_000 });
  expect((await late.send(new GetObjectCommand(FILE))).ContentLength).toBe(1);
  late.destroy();
});

it('a denial goes before whatever a role is allowed', async () => {
  const everything = parsePolicyDocument({ Statement: [deny('s3:PutObject', {})] }, 'Policy');
  await using closed = await startLocalS3({ denials: everything, authorize: () => true });
  expect(await failureOf(closed.client.send(new PutObjectCommand({ ...FILE, Body: 'x' })))).toBe('403 AccessDenied');
});
