import { randomUUID } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RoleUsage } from '../../local/iam/policy.ts';

/** Each cloud of a test run leaves a record here when it stops. */
const DIRECTORY = '.build/permission-use';

/** An action on a resource that a role may use, or was refused. */
export interface RolePermission {
  /** The role's name, without its account. */
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** What all clouds of a run together did with what their roles were granted. */
export interface PermissionUse {
  /** How many clouds there were. */
  readonly clouds: number;
  readonly granted: readonly RolePermission[];
  readonly unused: readonly RolePermission[];
  readonly denied: readonly RolePermission[];
}

/** Forgets the records of earlier runs. */
export function forgetPermissionUse(): void {
  rmSync(DIRECTORY, { recursive: true, force: true });
}

export function recordPermissionUse(usage: readonly RoleUsage[]): void {
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(`${DIRECTORY}/${randomUUID()}.json`, JSON.stringify(usage));
}

export function recordedPermissionUse(): PermissionUse {
  const records = globSync(`${DIRECTORY}/*.json`).map((file) => JSON.parse(readFileSync(file, 'utf8')) as RoleUsage[]);
  return permissionUseOf(records);
}

/** Puts together what each cloud has recorded. */
export function permissionUseOf(records: readonly (readonly RoleUsage[])[]): PermissionUse {
  const granted = new Map<string, RolePermission>();
  const used = new Set<string>();
  const denied = new Map<string, RolePermission>();
  for (const { roleArn, grants, denials } of records.flat()) {
    const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
    for (const { action, resource, uses } of grants) {
      const key = [role, action, resource].join(' ');
      granted.set(key, { role, action, resource });
      if (uses > 0) used.add(key);
    }
    for (const { action, resource } of denials) denied.set([role, action].join(' '), { role, action, resource });
  }
  const unused = [...granted].filter(([key]) => !used.has(key)).map(([, permission]) => permission);
  return { clouds: records.length, granted: [...granted.values()], unused, denied: [...denied.values()] };
}
