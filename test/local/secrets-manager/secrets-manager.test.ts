import { DescribeSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { generateSecret } from '../../../local/secrets-manager/generate-secret.ts';
import { createSecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import type { GeneratedSecret, SecretPlan } from '../../../local/template/plan/secrets.ts';
import { serveAws } from '../aws-cloud.ts';
import { temporaryDirectory } from '../temp-dir.ts';

const recipe: GeneratedSecret = {
  template: '{"username":"reader"}',
  key: 'password',
  length: 32,
  excludeCharacters: '',
  excludeLowercase: false,
  excludeNumbers: false,
  excludePunctuation: true,
  excludeUppercase: false,
  includeSpace: false,
  requireEachIncludedType: true,
};
const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-0a1b2c`;
const reader: SecretPlan = {
  logicalId: 'Reader',
  name: 'waybill/reader',
  arn: arnOf('waybill/reader'),
  generate: recipe,
  attachedDatabase: 'cluster',
};
const fixed: SecretPlan = { logicalId: 'Fixed', name: 'fixed', arn: arnOf('fixed'), value: 'as written' };
const databaseAddress = () => ({ engine: 'postgres', host: '127.0.0.1', port: 5433, dbname: 'sample' });
const onReader = [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: reader.arn }];

async function startClient(stateDirectory?: string) {
  const directory = stateDirectory ?? (await temporaryDirectory());
  const manager = createSecretsManager({ secrets: [reader, fixed], stateDirectory: directory, databaseAddress });
  const { asRole } = await serveAws([manager.service], onReader, new LocalClock());
  const client = new SecretsManagerClient(asRole);
  onTestFinished(() => client.destroy());
  return { client, manager };
}

describe('GetSecretValue', () => {
  test.each([
    ['name', reader.name],
    ['ARN', reader.arn],
    ['partial ARN', reader.arn.slice(0, -7)],
  ])('finds a secret by %s, with the address of its database', async (_, SecretId) => {
    const { client, manager } = await startClient();
    const answer = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(answer).toMatchObject({ ARN: reader.arn, Name: reader.name, VersionStages: ['AWSCURRENT'] });
    expect(answer.CreatedDate).toBeInstanceOf(Date);
    expect(answer.SecretString).toBe(manager.read(reader.arn));
    expect(JSON.parse(answer.SecretString ?? '')).toEqual({
      ...databaseAddress(),
      username: 'reader',
      password: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      dbClusterIdentifier: 'cluster',
    });
  });

  test('gives the same value after a restart', async () => {
    const directory = await temporaryDirectory();
    const before = (await startClient(directory)).manager.read('waybill/reader');
    expect((await startClient(directory)).manager.read('waybill/reader')).toBe(before);
    expect((await startClient()).manager.read('waybill/reader')).not.toBe(before);
  });

  test('refuses a secret that the role may not read, and one that is not there', async () => {
    const { client, manager } = await startClient();
    expect(manager.read('fixed')).toBe('as written');
    const get = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));
    await expect(get('fixed')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(get('other')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const previous = new GetSecretValueCommand({ SecretId: reader.arn, VersionStage: 'AWSPREVIOUS' });
    await expect(client.send(previous)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('DescribeSecret names the version, not the value', async () => {
  const { client } = await startClient();
  const answer = await client.send(new DescribeSecretCommand({ SecretId: reader.name }));
  expect(answer).toMatchObject({ ARN: reader.arn, Name: reader.name });
  expect(Object.values(answer.VersionIdsToStages ?? {})).toEqual([['AWSCURRENT']]);
  expect(JSON.stringify(answer)).not.toContain('password');
});

describe('generated values', () => {
  const { template: _, key: __, ...plain } = recipe;

  test('without a key the text is the secret', () => expect(generateSecret(plain)).toHaveLength(32));

  test('excluded characters never come', () => {
    const values = Array.from({ length: 200 }, () =>
      generateSecret({ ...plain, excludePunctuation: false, excludeCharacters: '/@"a1' }),
    );
    expect(values.join('')).not.toMatch(/[/@"a1]/);
  });

  test('every included type comes, however short the secret', () => {
    for (let round = 0; round < 200; round += 1) {
      expect(generateSecret({ ...plain, length: 3 })).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{3}$/);
    }
  });

  test('a recipe that excludes everything is refused', () => {
    const none = { ...plain, excludeLowercase: true, excludeUppercase: true, excludeNumbers: true };
    expect(() => generateSecret(none)).toThrow('excludes every character');
  });
});
