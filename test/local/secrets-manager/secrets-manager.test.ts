import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { generateSecret } from '../../../local/secrets-manager/generate-secret.ts';
import { SecretVersions } from '../../../local/secrets-manager/secret-versions.ts';
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

async function startClient(stateDirectory?: string, statements: readonly object[] = onReader) {
  const clock = new LocalClock();
  const secrets = [reader, fixed];
  const versions = new SecretVersions({
    secrets,
    stateDirectory: stateDirectory ?? (await temporaryDirectory()),
    clock,
  });
  const invoke = async () => ({ payload: null });
  const { service } = createSecretsManager({ secrets, versions, invoke, clock, log: () => {}, databaseAddress });
  const { asRole } = await serveAws([service], statements, clock);
  const client = new SecretsManagerClient(asRole);
  onTestFinished(() => client.destroy());
  return { client, currentOf: (secret: SecretPlan) => versions.at(secret, 'AWSCURRENT')?.value ?? '' };
}

describe('GetSecretValue', () => {
  test.each([
    ['name', reader.name],
    ['ARN', reader.arn],
    ['partial ARN', reader.arn.slice(0, -7)],
  ])('finds a secret by %s, with the address of its database', async (_, SecretId) => {
    const { client, currentOf } = await startClient();
    const answer = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(answer).toMatchObject({ ARN: reader.arn, Name: reader.name, VersionStages: ['AWSCURRENT'] });
    expect(answer.CreatedDate).toBeInstanceOf(Date);
    const { password } = JSON.parse(currentOf(reader));
    expect(password).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(JSON.parse(answer.SecretString ?? '')).toEqual({
      ...databaseAddress(),
      username: 'reader',
      password,
      dbClusterIdentifier: 'cluster',
    });
  });

  test('gives the same value after a restart', async () => {
    const directory = await temporaryDirectory();
    const before = (await startClient(directory)).currentOf(reader);
    expect((await startClient(directory)).currentOf(reader)).toBe(before);
    expect((await startClient()).currentOf(reader)).not.toBe(before);
  });

  test('refuses a secret that the role may not read, and one that is not there', async () => {
    const { client, currentOf } = await startClient();
    expect(currentOf(fixed)).toBe('as written');
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

describe('versions', () => {
  const first = '1'.repeat(32);
  const second = '2'.repeat(32);
  const third = '3'.repeat(32);
  const put = (token: string, value: string, ...VersionStages: string[]) =>
    new PutSecretValueCommand({
      SecretId: reader.arn,
      ClientRequestToken: token,
      SecretString: JSON.stringify({ value }),
      ...(VersionStages.length > 0 && { VersionStages }),
    });
  const move = (to: string | undefined, from?: string, VersionStage = 'AWSCURRENT') =>
    new UpdateSecretVersionStageCommand({
      SecretId: reader.arn,
      VersionStage,
      MoveToVersionId: to,
      RemoveFromVersionId: from,
    });

  async function start(directory?: string) {
    const { client } = await startClient(directory);
    const stages = async () => {
      const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: reader.arn }));
      return Object.fromEntries(Object.entries(VersionIdsToStages).map(([id, labels]) => [id, [...labels].sort()]));
    };
    const valueAt = async (selector: { VersionId?: string; VersionStage?: string }) => {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: reader.arn, ...selector }));
      return JSON.parse(SecretString ?? '').value;
    };
    return { client, stages, valueAt };
  }

  test('a new value becomes the current one, the old one the previous, what was before goes', async () => {
    const directory = await temporaryDirectory();
    const { client, stages } = await start(directory);
    await client.send(put(first, 'a'));
    await client.send(put(second, 'b'));
    await client.send(put(third, 'c'));
    expect(await stages()).toEqual({ [second]: ['AWSPREVIOUS'], [third]: ['AWSCURRENT'] });
    const restarted = await start(directory);
    expect(await restarted.stages()).toEqual(await stages());
    expect(await restarted.valueAt({})).toBe('c');
    expect(await restarted.valueAt({ VersionStage: 'AWSPREVIOUS' })).toBe('b');
    expect(await restarted.valueAt({ VersionId: second })).toBe('b');
    expect(await restarted.valueAt({ VersionId: third, VersionStage: 'AWSCURRENT' })).toBe('c');
    for (const selector of [
      { VersionId: first },
      { VersionId: second, VersionStage: 'AWSCURRENT' },
      { VersionStage: 'X' },
    ]) {
      await expect(restarted.valueAt(selector)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  test('a version may be put twice, but not with another value', async () => {
    const { client, valueAt } = await start();
    await client.send(put(first, 'a'));
    await client.send(put(first, 'a'));
    await expect(client.send(put(first, 'b'))).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect(await valueAt({})).toBe('a');
  });

  test('a label moves only from the version that it is said to be on', async () => {
    const { client, stages } = await start();
    await client.send(put(first, 'a'));
    await client.send(put(second, 'b', 'AWSPENDING'));
    const refused = { name: 'InvalidParameterException' };
    await expect(client.send(move(second))).rejects.toMatchObject(refused);
    await expect(client.send(move(second, third))).rejects.toMatchObject(refused);
    await expect(client.send(move(undefined, first))).rejects.toMatchObject(refused);
    await expect(client.send(move(third, first))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await client.send(move(second, first));
    expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT', 'AWSPENDING'] });
    await client.send(move(undefined, second, 'AWSPENDING'));
    expect(await stages()).toEqual({ [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT'] });
  });

  test('each operation needs its own permission', async () => {
    const statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: reader.arn };
    const { client } = await startClient(undefined, [statement]);
    await client.send(new GetSecretValueCommand({ SecretId: reader.arn }));
    const SecretId = reader.arn;
    const refused = { name: 'AccessDeniedException' };
    await expect(client.send(put(first, 'a'))).rejects.toMatchObject(refused);
    await expect(client.send(move(first))).rejects.toMatchObject(refused);
    await expect(client.send(new DescribeSecretCommand({ SecretId }))).rejects.toMatchObject(refused);
    await expect(client.send(new RotateSecretCommand({ SecretId }))).rejects.toMatchObject(refused);
  });
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
