export const roles = ['viewer', 'member', 'admin', 'owner'] as const;

export type Role = (typeof roles)[number];

export const permissions = [
  'reports:events',
  'reports:transactions',
  'reports:test-data',
  'reports:orders',
  'reports:activity-log',
  'exports:read-all',
  'members:manage',
  'webhooks:manage',
] as const;

export type Permission = (typeof permissions)[number];

const viewer: readonly Permission[] = ['reports:events'];
const member: readonly Permission[] = [...viewer, 'reports:transactions', 'reports:test-data'];
const admin: readonly Permission[] = [...member, 'reports:orders', 'reports:activity-log', 'exports:read-all'];
const owner: readonly Permission[] = [...admin, 'members:manage', 'webhooks:manage'];

/** The one table of what each role may do; each role holds all of the one before it. */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = { viewer, member, admin, owner };

/** A person's place in an account, as the membership record holds it now. */
export interface Membership {
  readonly accountId: string;
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

export function holds(membership: Membership, permission: Permission): boolean {
  return rolePermissions[membership.role].includes(permission);
}

/**
 * Whether a change would leave an account without an owner, and so with nobody who may manage its members.
 * @param role what the person is to become; undefined when they are to leave
 */
export function takesLastOwner(members: readonly Membership[], userId: string, role: Role | undefined): boolean {
  if (role === 'owner') return false;
  const owners = members.filter((member) => member.role === 'owner');
  return owners.length === 1 && owners[0]?.userId === userId;
}

export function isSameMembership(a: Membership, b: Membership): boolean {
  return (
    a.accountId === b.accountId &&
    a.userId === b.userId &&
    a.email === b.email &&
    a.name === b.name &&
    a.role === b.role
  );
}
