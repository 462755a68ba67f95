import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { Role } from '../../../core/domain/permissions.ts';
import { type SampleUser, sampleUserNamed } from '../../../local/sample-users.ts';
import type { TestCloud } from '../test-cloud.ts';

/** Somebody who calls the API, and what they have to show for it. */
export interface Caller {
  readonly title: string;
  /** The person the token names, or claims to name. */
  readonly user: SampleUser;
  /** Undefined when the token is not accepted, or there is none. */
  readonly signedIn: boolean;
  /** Undefined for somebody who is not a member. */
  readonly role: Role | undefined;
  readonly token: string | null;
}

/** Was a member of acme once. */
export const removedMember: SampleUser = {
  id: 'usr_rex',
  userName: 'rex',
  name: 'Rex Reed',
  email: 'rex@acme.example',
  accountId: 'acme',
  role: 'owner',
};

/** One caller of each kind that the API may meet. */
export async function callersOf(cloud: TestCloud): Promise<readonly Caller[]> {
  const owner = sampleUserNamed('olga');
  const good = await cloud.issueToken(owner);
  const nobody = { user: owner, signedIn: false, role: undefined };
  const member = async (userName: string, title: string): Promise<Caller> => {
    const user = sampleUserNamed(userName);
    return { title, user, signedIn: true, role: user.role, token: await cloud.issueToken(user) };
  };
  return [
    { ...nobody, title: 'no token', token: null },
    { ...nobody, title: 'expired', token: await cloud.issueToken(owner, { expiresInSeconds: -60 }) },
    { ...nobody, title: 'forged', token: await forged(good) },
    {
      ...nobody,
      title: 'wrong issuer',
      token: await cloud.issueToken(owner, { issuer: 'https://id.elsewhere.example' }),
    },
    {
      title: 'removed member',
      user: removedMember,
      signedIn: true,
      role: undefined,
      token: await cloud.issueToken(removedMember),
    },
    await member('val', 'viewer'),
    await member('mel', 'member'),
    await member('ada', 'admin'),
    await member('olga', 'owner'),
    await member('gus', "other account's owner"),
  ];
}

/** The same claims and header, signed with a key that is not the issuer's. */
async function forged(token: string): Promise<string> {
  const [header = '', claims = ''] = token.split('.');
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key = await importJWK(await exportJWK(privateKey), 'RS256');
  return new SignJWT({ ...decode(claims), jti: randomUUID() }).setProtectedHeader(decode(header)).sign(key);
}
