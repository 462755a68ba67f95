// @module-tag forged-links

import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { secretLinkKeys } from '../../../adapters/links/link-keys.ts';

const service = mockClient(SecretsManagerClient);
afterAll(() => service.restore());
const clock = { time: 0, now: () => clock.time };
const notFound = new ResourceNotFoundException({ message: 'none', $metadata: {} });
const keyOf = (name: string) => ({ id: `version-${name}`, secret: `secret-${name}` });
const MINUTE = 60_000;

function stage(current: string, previous?: string): void {
  const asked = (VersionStage: string) => service.on(GetSecretValueCommand, { VersionStage });
  const answer = (name: string) => ({ VersionId: keyOf(name).id, SecretString: keyOf(name).secret });
  asked('AWSCURRENT').resolves(answer(current));
  if (previous === undefined) asked('AWSPREVIOUS').rejects(notFound);
  else asked('AWSPREVIOUS').resolves(answer(previous));
}

const open = () => secretLinkKeys(new SecretsManagerClient({}), 'the-secret', clock);

beforeEach(() => {
  service.reset();
  clock.time = 1_000_000;
});

test('signs with the current version, and verifies with that and the one before', async () => {
  stage('b', 'a');
  const keys = open();
  expect(await keys.current()).toEqual(keyOf('b'));
  expect(await keys.find('version-a')).toEqual(keyOf('a'));
  expect(await keys.find('version-b')).toEqual(keyOf('b'));
  expect(await keys.find('version-0')).toBeUndefined();
});

test('a secret that was never rotated has one key', async () => {
  stage('a');
  const keys = open();
  expect(await keys.current()).toEqual(keyOf('a'));
  expect(await keys.find('version-b')).toBeUndefined();
});

test('is not read again for five minutes while what is wanted is known', async () => {
  stage('b', 'a');
  const keys = open();
  await Promise.all([keys.current(), keys.find('version-a')]);
  stage('c', 'b');
  clock.time += 5 * MINUTE - 1;
  expect(await keys.find('version-a')).toEqual(keyOf('a'));
  expect(service.calls()).toHaveLength(2);
  clock.time += 1;
  expect(await keys.current()).toEqual(keyOf('c'));
  expect(await keys.find('version-a')).toBeUndefined();
});

test('an unknown key is looked for at once, but not by every call', async () => {
  stage('a');
  const keys = open();
  await keys.current();
  stage('b', 'a');
  clock.time += 10_000;
  expect(await keys.find('version-b')).toEqual(keyOf('b'));
  expect(service.calls()).toHaveLength(4);
  for (let n = 0; n < 20; n += 1) expect(await keys.find(`forged-${n}`)).toBeUndefined();
  expect(service.calls()).toHaveLength(4);
});

test('a service that does not answer is an outage, not an invalid link, and is asked again', async () => {
  service.on(GetSecretValueCommand).rejects(new Error('socket hang up'));
  const keys = open();
  await expect(keys.find('version-a')).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  stage('a');
  expect(await keys.find('version-a')).toEqual(keyOf('a'));
});
