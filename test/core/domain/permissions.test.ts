import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { visibleReports } from '../../../core/domain/catalog.ts';
import {
  holds,
  type Permission,
  permissions,
  type Role,
  rolePermissions,
  roles,
} from '../../../core/domain/permissions.ts';
import { caller, testCatalog } from '../../support/memory-deployment.ts';

const table: Record<Permission, readonly Role[]> = {
  'reports:events': ['viewer', 'member', 'admin', 'owner'],
  'reports:transactions': ['member', 'admin', 'owner'],
  'reports:test-data': ['member', 'admin', 'owner'],
  'reports:orders': ['admin', 'owner'],
  'reports:activity-log': ['admin', 'owner'],
  'exports:read-all': ['admin', 'owner'],
  'members:manage': ['owner'],
  'webhooks:manage': ['owner'],
};

describe('who holds what', () => {
  test.each(permissions)('%s', (permission) => {
    expect(roles.filter((role) => holds(caller('x', role), permission))).toEqual(table[permission]);
  });

  test('the page about access says the same', () => {
    const page = readFileSync('docs/access.md', 'utf8');
    const lines = [...page.matchAll(/^\| `(\w+:[\w-]+)`(.+)$/gm)].map(([, permission, cells = '']) => {
      const held = cells.split('|').slice(1, -1);
      return [permission, roles.filter((_, index) => held[index]?.trim() === 'yes')];
    });
    expect(Object.fromEntries(lines)).toEqual(table);
  });

  test('each role holds all of the one before it, and something more', () => {
    roles.slice(1).forEach((role, index) => {
      const before = rolePermissions[roles[index] as Role];
      expect(rolePermissions[role]).toEqual(expect.arrayContaining([...before]));
      expect(rolePermissions[role].length).toBeGreaterThan(before.length);
    });
  });

  test('reports are seen by those who may generate them', () => {
    const seen = (role: Role) => visibleReports(testCatalog, caller('x', role)).map(({ id }) => id);
    expect(seen('viewer')).toEqual(['guests']);
    expect(seen('admin')).toEqual(['guests', 'orders']);
  });
});
