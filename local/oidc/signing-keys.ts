import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import * as z from 'zod';

/** What tokens and cookies are signed with. */
export interface SigningKeys {
  /** An RSA private key for RS256, with its `kid`. */
  readonly tokenKey: JWK & { readonly kid: string };
  readonly cookieSecret: string;
}

const fileSchema = z.object({
  tokenKey: z.looseObject({ kty: z.literal('RSA'), kid: z.string() }),
  cookieSecret: z.string(),
});

/**
 * Reads the keys of a directory, or makes them there the first time, so that tokens outlive a restart.
 * @throws Error naming the file when it holds something else
 */
export async function loadSigningKeys(directory: string): Promise<SigningKeys> {
  const file = join(directory, 'oidc-keys.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (text === undefined) return createSigningKeys(directory, file);
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} does not hold the issuer's keys; delete it and new ones are made`, { cause });
  }
}

async function createSigningKeys(directory: string, file: string): Promise<SigningKeys> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const keys = {
    tokenKey: { ...jwk, kid, alg: 'RS256', use: 'sig' },
    cookieSecret: randomBytes(32).toString('base64url'),
  };
  await mkdir(directory, { recursive: true });
  await writeFile(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}
