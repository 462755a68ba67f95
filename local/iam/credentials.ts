import { randomBytes } from 'node:crypto';
import type { Principal } from '../aws-endpoint/service.ts';

/** The principal of the local cloud itself, and of tests: it may do everything. */
export const LOCAL_OPERATOR_ARN = 'arn:aws:iam::000000000000:role/local-operator';

/** The letters of access key ids. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What a client of the local cloud signs with. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The access keys of one run, one for each role. */
export interface Credentials {
  /** The same key each time it is asked. @throws Error for a role that was not in the template */
  forRole(roleArn: string): AccessKey;
  /** The key of {@link LOCAL_OPERATOR_ARN}. */
  readonly localOperator: AccessKey;
  /** Who an access key id belongs to, and its secret; undefined for an id of another run. */
  lookUp(accessKeyId: string): { readonly secretAccessKey: string; readonly principal: Principal } | undefined;
}

/** Mints access keys that are valid for this run only. */
export function mintCredentials(roleArns: readonly string[]): Credentials {
  const keys = new Map([...roleArns, LOCAL_OPERATOR_ARN].map((roleArn) => [roleArn, mint()]));
  const identities = new Map(
    [...keys].map(([roleArn, { accessKeyId, secretAccessKey }]) => [
      accessKeyId,
      { secretAccessKey, principal: { roleArn } },
    ]),
  );
  const forRole = (roleArn: string) => {
    const key = keys.get(roleArn);
    if (!key) throw new Error(`There is no role ${roleArn} in the template.`);
    return key;
  };
  return { forRole, localOperator: forRole(LOCAL_OPERATOR_ARN), lookUp: (id) => identities.get(id) };
}

function mint(): AccessKey {
  const letters = Array.from(randomBytes(16), (byte) => BASE32[byte % BASE32.length]).join('');
  return { accessKeyId: `AKIA${letters}`, secretAccessKey: randomBytes(30).toString('base64') };
}
