// @module-tag sample-on-aurora

import { Client } from 'pg';
import { beforeAll, expect, test, vi } from 'vitest';
import { seedSampleDatabase } from '../../sample/seed.ts';
import { READER_PASSWORD, startSampleServer } from './sample-server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

const orders = { acme: 1_000, globex: 1_000 };

/** Two databases of one server: one filled by the superuser, one by an owner with no more rights than Aurora's. */
let bySuperuser: Client;
let byOwner: Client;
let ownerUrl: string;

beforeAll(async () => {
  const server = await startSampleServer();
  const superuser = await server.connectAdmin();
  // The attributes of the role that RDS makes with a cluster: it owns the database, and sees no row past a policy.
  await superuser.query(`create role waybill_admin login nosuperuser createdb createrole nobypassrls password 'owner'`);
  await superuser.query('create database waybill_sample owner waybill_admin');
  const url = new URL(server.adminUrl);
  ownerUrl = `postgresql://waybill_admin:owner@${url.host}/waybill_sample`;
  await seedSampleDatabase({ adminUrl: ownerUrl, readerPassword: READER_PASSWORD, orders });
  await seedSampleDatabase({ adminUrl: server.adminUrl, readerPassword: READER_PASSWORD, orders });
  bySuperuser = superuser;
  byOwner = new Client({ connectionString: server.adminUrl.replace(/\/postgres$/, '/waybill_sample') });
  await byOwner.connect();
  return async () => {
    await byOwner.end();
    await server.stop();
  };
});

async function same(query: string): Promise<unknown[]> {
  const [one, other] = await Promise.all([bySuperuser.query(query), byOwner.query(query)]);
  expect(other.rows).toEqual(one.rows);
  return other.rows;
}

test('an owner who is no superuser makes the same rows', async () => {
  const tables = await same(`select tablename as name from pg_tables where schemaname = 'app' order by 1`);
  expect(tables.length).toBeGreaterThan(15);
  for (const { name } of tables as { name: string }[]) {
    const [count] = await same(
      `select count(*)::int as rows, sum(hashtextextended(t::text, 0))::text from app.${name} t`,
    );
    expect(count, name).toMatchObject({ rows: expect.toSatisfy((rows: number) => rows > 0) });
  }
});

test('and gives the reader the same rights, and tables the same policies', async () => {
  const rights = await same(`
    select table_name, privilege_type from information_schema.role_table_grants
    where grantee = 'waybill_reader' order by 1, 2`);
  expect(rights.length).toBeGreaterThan(15);
  expect(rights).not.toContainEqual(expect.objectContaining({ table_name: 'members' }));
  await same(`
    select relname, relrowsecurity, relforcerowsecurity, polname, pg_get_expr(polqual, polrelid) as condition
    from pg_class left join pg_policy on polrelid = pg_class.oid
    where relnamespace = 'app'::regnamespace and relkind = 'r' order by 1`);
  expect(
    await same(`select has_database_privilege('waybill_reader', current_database(), 'temp') as temporary`),
  ).toEqual([{ temporary: false }]);
});

test('a second seeding leaves it alone; two at once are refused', async () => {
  const seed = () => seedSampleDatabase({ adminUrl: ownerUrl, readerPassword: READER_PASSWORD, orders });
  expect(await seed()).toMatchObject({ seeded: false });
  await byOwner.query(`select pg_advisory_lock(hashtext('waybill sample'))`);
  await expect(seed()).rejects.toThrow('being filled at this moment');
  await byOwner.query(`select pg_advisory_unlock(hashtext('waybill sample'))`);
});
