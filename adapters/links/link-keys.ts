import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { StoreUnavailableError } from '../../core/domain/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';

/** A key that links are signed with. */
export interface LinkKey {
  /** The secret's version id. */
  readonly id: string;
  readonly secret: string;
}

/** The keys that are accepted now. */
export interface LinkKeys {
  /** The one that new links are signed with. */
  current(): Promise<LinkKey>;
  /** One of those that links may be signed with. */
  find(id: string): Promise<LinkKey | undefined>;
}

/** How long a warm function believes the keys it has read; a withdrawn key is refused everywhere after this time. */
const BELIEVED_MS = 5 * 60_000;

/** A key that is not known may be new, so it is looked for again, but not more often than this. */
const LOOKED_FOR_AGAIN_MS = 10_000;

/**
 * The keys in one Secrets Manager secret: version AWSCURRENT signs, AWSCURRENT and AWSPREVIOUS verify. A key is replaced
 * after a month and links live a week, so the one before the current one outlives every link that it signed.
 * @throws StoreUnavailableError from both, when the secret cannot be read
 */
export function secretLinkKeys(client: SecretsManagerClient, secretArn: string, clock: Clock): LinkKeys {
  let read: { readonly at: number; readonly keys: Promise<readonly [LinkKey, ...LinkKey[]]> } | undefined;

  async function version(VersionStage: 'AWSCURRENT' | 'AWSPREVIOUS'): Promise<LinkKey> {
    const { VersionId, SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: secretArn, VersionStage }),
    );
    if (!VersionId || !SecretString) throw new Error(`The link key at ${VersionStage} is empty.`);
    return { id: VersionId, secret: SecretString };
  }

  async function readKeys(): Promise<readonly [LinkKey, ...LinkKey[]]> {
    try {
      // One after the other: if the key is replaced in between, the current one is then read twice and none is missed.
      const current = await version('AWSCURRENT');
      const previous = await unlessNotFound(version('AWSPREVIOUS'));
      return previous ? [current, previous] : [current];
    } catch (cause) {
      read = undefined;
      throw new StoreUnavailableError('reading the link keys', { cause });
    }
  }

  function keys(maxAgeMs: number): Promise<readonly [LinkKey, ...LinkKey[]]> {
    const now = clock.now();
    if (read === undefined || now - read.at >= maxAgeMs) read = { at: now, keys: readKeys() };
    return read.keys;
  }

  return {
    current: async () => (await keys(BELIEVED_MS))[0],
    async find(id) {
      const isWanted = (key: LinkKey) => key.id === id;
      return (await keys(BELIEVED_MS)).find(isWanted) ?? (await keys(LOOKED_FOR_AGAIN_MS)).find(isWanted);
    },
  };
}

/** A secret that was never rotated has no previous version. */
async function unlessNotFound<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
