// @module-tag link-key-rotation

import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { rotateLinkKey } from '../../../adapters/links/rotate-link-key.ts';
import { type SecretRotation, secretRotation } from '../../../core/contract/payloads.ts';
import { LocalClock } from '../../../local/clock.ts';
import type { InvokeCall } from '../../../local/lambda/lambda-host.ts';
import { SecretVersions } from '../../../local/secrets-manager/secret-versions.ts';
import { createSecretsManager } from '../../../local/secrets-manager/secrets-manager.ts';
import type { SecretPlan } from '../../../local/template/plan/secrets.ts';
import { serveAws } from '../aws-cloud.ts';
import { temporaryDirectory } from '../temp-dir.ts';

const DAY_SECONDS = 86_400;
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:Rotate';
const keys: SecretPlan = {
  logicalId: 'Keys',
  name: 'keys',
  arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:keys-0a1b2c',
  value: 'first'.repeat(10),
  rotation: { functionArn, scheduleExpression: 'rate(30 days)' },
};
const still: SecretPlan = { logicalId: 'Still', name: 'still', arn: keys.arn.replace('keys', 'still'), value: 'x' };
const SecretId = keys.arn;
/** What the rotation function's role may do, and the caller of RotateSecret. */
const allowed = [
  ...['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage', 'RotateSecret'].map(
    (operation) => ({ Effect: 'Allow', Action: `secretsmanager:${operation}`, Resource: '*' }),
  ),
  { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn },
];

let directory: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
});

/** Secrets Manager with the real rotation function behind it; `before` may fail a step. */
async function start(
  options: {
    clock?: LocalClock;
    before?: (event: SecretRotation, client: SecretsManagerClient) => Promise<void>;
    statements?: object[];
  } = {},
) {
  const { clock = new LocalClock(), before = async () => {}, statements = allowed } = options;
  const steps: string[] = [];
  const log: string[] = [];
  const secrets = [keys, still];
  const versions = new SecretVersions({ secrets, stateDirectory: directory, clock });
  const invoke = async (call: InvokeCall) => {
    expect(call).toMatchObject({ caller: 'service', functionArn });
    const event = secretRotation.parse(call.payload);
    steps.push(event.Step);
    await before(event, client);
    await rotateLinkKey(client, event);
    return { payload: null };
  };
  const databaseAddress = () => {
    throw new Error('no database here');
  };
  const { service, rotation } = createSecretsManager({
    ...{ secrets, versions, invoke, clock, databaseAddress },
    log: (_, line) => log.push(line),
  });
  onTestFinished(() => rotation.stop());
  // The client does not know that time has moved; its requests are dated by the machine.
  const { asRole } = await serveAws([service], statements, new LocalClock());
  const client: SecretsManagerClient = new SecretsManagerClient(asRole);
  onTestFinished(() => client.destroy());
  const valueAt = async (VersionStage: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId, VersionStage }))).SecretString;
  const rotate = async () => {
    const answer = await client.send(new RotateSecretCommand({ SecretId }));
    await rotation.settled();
    return answer.VersionId;
  };
  return { client, clock, rotation, steps, log, valueAt, rotate };
}

const fourSteps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

describe('a rotation', () => {
  test('takes four steps; what was current is the previous one, and what was that is gone', async () => {
    const { client, rotate, valueAt, steps } = await start();
    const first = await valueAt('AWSCURRENT');
    const secondId = await rotate();
    expect(steps).toEqual(fourSteps);
    const second = await valueAt('AWSCURRENT');
    expect(second).toMatch(/^[\w-]{43}$/);
    expect(await valueAt('AWSPREVIOUS')).toBe(first);
    await rotate();
    expect(await valueAt('AWSPREVIOUS')).toBe(second);
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(Object.keys(VersionIdsToStages)).toHaveLength(2);
    expect(VersionIdsToStages[secondId ?? '']).toEqual(['AWSPREVIOUS']);
  });

  test.each(fourSteps)('may repeat %s, and gives the same key', async (repeated) => {
    const { client, rotation, valueAt } = await start();
    const first = await valueAt('AWSCURRENT');
    const ClientRequestToken = 'a'.repeat(32);
    await client.send(new RotateSecretCommand({ SecretId, ClientRequestToken }));
    await rotation.settled();
    const second = await valueAt('AWSCURRENT');
    const event = secretRotation.parse({ Step: repeated, SecretId, ClientRequestToken });
    await rotateLinkKey(client, event);
    await rotateLinkKey(client, event);
    expect([await valueAt('AWSCURRENT'), await valueAt('AWSPREVIOUS')]).toEqual([second, first]);
  });

  test.each(fourSteps)('that failed at %s goes on where it was, with one new key', async (failing) => {
    let failures = 0;
    const before = async ({ Step }: SecretRotation) => {
      if (Step === failing && failures++ === 0) throw new Error('not now');
    };
    const { client, rotation, rotate, valueAt, log } = await start({ before });
    const first = await valueAt('AWSCURRENT');
    const id = await rotate();
    expect(await valueAt('AWSCURRENT')).toBe(first);
    expect(log).toEqual(['Rotation of keys: Error: not now']);
    // Another request finds it unfinished, says so, and lets it go on.
    await expect(rotate()).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await rotation.settled();
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(VersionIdsToStages[id ?? '']).toContain('AWSCURRENT');
    expect(await valueAt('AWSPREVIOUS')).toBe(first);
  });

  test('that nobody asked for is refused by the function', async () => {
    const { client, valueAt } = await start();
    const first = await valueAt('AWSCURRENT');
    for (const Step of fourSteps) {
      const event = secretRotation.parse({ Step, SecretId, ClientRequestToken: 'unasked' });
      await expect(rotateLinkKey(client, event)).rejects.toThrow('under way');
    }
    expect(await valueAt('AWSCURRENT')).toBe(first);
  });

  test('to a key that is too short never ends', async () => {
    const { valueAt, rotate, steps, log } = await start({
      before: async ({ Step, ClientRequestToken }, client) => {
        if (Step !== 'createSecret') return;
        const short = { SecretId, ClientRequestToken, SecretString: 'short', VersionStages: ['AWSPENDING'] };
        await client.send(new PutSecretValueCommand(short));
      },
    });
    await rotate();
    expect(steps).toEqual(['createSecret', 'setSecret', 'testSecret']);
    expect(log[0]).toContain('too short');
    expect(await valueAt('AWSCURRENT')).toBe(keys.value);
  });

  test('needs a function to be called, and the right to call it', async () => {
    const { client } = await start();
    await expect(client.send(new RotateSecretCommand({ SecretId: still.arn }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    const statements = allowed.filter(({ Action }) => Action !== 'lambda:InvokeFunction');
    const other = await start({ statements });
    await expect(other.rotate()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the schedule', () => {
  test('follows the clock, from the last rotation on', async () => {
    const clock = new LocalClock();
    const { rotation, valueAt, steps, rotate } = await start({ clock });
    rotation.start();
    clock.advance(20 * DAY_SECONDS);
    await rotate();
    const second = await valueAt('AWSCURRENT');
    clock.advance(30 * DAY_SECONDS - 60);
    await rotation.settled();
    expect(steps).toHaveLength(4);
    clock.advance(60);
    await expect.poll(() => valueAt('AWSPREVIOUS')).toBe(second);
    await rotation.settled();
    expect(steps).toHaveLength(8);
  });

  test('is made up for after a time without', async () => {
    const before = await start();
    const first = await before.valueAt('AWSCURRENT');
    await before.rotation.stop();
    const { rotation, valueAt } = await start({ clock: new LocalClock(31 * DAY_SECONDS * 1000) });
    rotation.start();
    await expect.poll(() => valueAt('AWSPREVIOUS')).toBe(first);
  });
});
