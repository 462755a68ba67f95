import { randomBytes } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { SecretRotation } from '../../core/contract/payloads.ts';

/** As long as the digest: a longer key adds nothing to HMAC-SHA256, a shorter one takes away. */
const KEY_BYTES = 32;

/**
 * One step of replacing the key that links are signed with. Each may be repeated, as Secrets Manager does when an answer
 * was lost, and none touches a version that is in use.
 * @throws Error when this rotation is not under way
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export async function rotateLinkKey(client: SecretsManagerClient, rotation: SecretRotation): Promise<void> {
  const { Step: step, SecretId, ClientRequestToken: versionId } = rotation;
  const { VersionIdsToStages: stages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
  if (stages[versionId]?.includes('AWSCURRENT')) return;
  if (!stages[versionId]?.includes('AWSPENDING')) throw new Error(`No rotation to version ${versionId} is under way.`);
  switch (step) {
    case 'createSecret':
      if ((await pendingKey(client, rotation)) === undefined) await createKey(client, rotation);
      return;
    case 'setSecret':
      // The keys are used nowhere but where they are read.
      return;
    case 'testSecret':
      if (((await pendingKey(client, rotation)) ?? '').length < KEY_BYTES) throw new Error('The new key is too short.');
      return;
    case 'finishSecret': {
      const [current] = Object.entries(stages).find(([, labels]) => labels.includes('AWSCURRENT')) ?? [];
      // What was current becomes AWSPREVIOUS in the same call.
      const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: versionId, RemoveFromVersionId: current };
      await client.send(new UpdateSecretVersionStageCommand({ SecretId, ...move }));
    }
  }
}

async function createKey(client: SecretsManagerClient, { SecretId, ClientRequestToken }: SecretRotation) {
  const SecretString = randomBytes(KEY_BYTES).toString('base64url');
  const VersionStages = ['AWSPENDING'];
  await client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }));
}

/** Undefined while the new version has no value. */
async function pendingKey(
  client: SecretsManagerClient,
  { SecretId, ClientRequestToken: VersionId }: SecretRotation,
): Promise<string | undefined> {
  try {
    const pending = new GetSecretValueCommand({ SecretId, VersionId, VersionStage: 'AWSPENDING' });
    return (await client.send(pending)).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
