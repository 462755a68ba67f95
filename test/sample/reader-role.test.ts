// @module-tag rows-of-own-account
// @module-tag existing-database

import { readFileSync } from 'node:fs';
import type { Client } from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { seedSampleDatabase } from '../../sample/seed.ts';
import { FEW_ORDERS, READER_PASSWORD, startSampleServer } from './sample-server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const INSUFFICIENT_PRIVILEGE = '42501';

let reader: Client;
let admin: Client;

beforeAll(async () => {
  const server = await startSampleServer();
  await seedSampleDatabase({ adminUrl: server.adminUrl, readerPassword: READER_PASSWORD, orders: FEW_ORDERS });
  reader = await server.connectReader();
  admin = await server.connectAdmin();
  return server.stop;
});

beforeEach(async () => void (await reader.query('begin')));
afterEach(async () => void (await reader.query('rollback; reset all')));

async function count(table: string, where = 'true'): Promise<unknown> {
  const { rows } = await reader.query(`select count(*)::int as count from app.${table} where ${where}`);
  return rows[0]?.count;
}

/** All that has rows for reports, with those of each account. */
const tables = [
  ['accounts', 1, 1],
  ['customers', 20_000, 500],
  ['orders', FEW_ORDERS.acme, FEW_ORDERS.globex],
  ['events', 12, 2],
  ['ticket_types', 60, 10],
  ['guests', 14_150, 700],
  ['tickets', 13_689, 680],
  ['check_ins', 16_892, 609],
  ['ticket_blocks', 84, 14],
  ['sessions', 128, 16],
  ['session_visits', 27_489, 1_059],
  ['sponsors', 60, 10],
  ['leads', 4_028, 170],
  ['mail_deliveries', 33_730, 1_498],
  ['financial_accounts', 6, 2],
  ['tags', 10, 3],
  ['transactions', 50_000, 40],
  ['activity_log', 5_000, 60],
] as const;

describe('an account’s rows', () => {
  test.each(tables)('%s: none without app.account_id', async (table) => {
    expect(await count(table)).toBe(0);
    await reader.query(`set local app.account_id = ''`);
    expect(await count(table)).toBe(0);
  });

  test.each(tables)('%s: the account’s own and no others', async (table, acme, globex) => {
    await reader.query(`set local app.account_id = 'acme'`);
    expect(await count(table)).toBe(acme);
    expect(await count(table, `account_id <> 'acme'`)).toBe(0);
    await reader.query(`set local app.account_id = 'globex'`);
    expect(await count(table)).toBe(globex);
    expect(await count(table, `account_id = 'acme'`)).toBe(0);
  });

  test('are all there is: a new table is a line here', async () => {
    const { rows } = await reader.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'app' order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual([...tables.map(([name]) => name), 'members'].sort());
  });

  test('end with the transaction that set the account', async () => {
    await reader.query(`set local app.account_id = 'acme'`);
    await reader.query('rollback; begin');
    expect(await count('orders')).toBe(0);
  });
});

describe('the reader cannot', () => {
  test('write by default: its transactions are read-only', async () => {
    await expect(reader.query('delete from app.orders')).rejects.toMatchObject({ code: '25006' });
  });

  test.each([
    `insert into app.accounts values ('evil', 'Evil', now())`,
    `update app.orders set note = 'x'`,
    'delete from app.orders',
    'truncate app.orders',
    'create table app.mine (n int)',
    'create table public.mine (n int)',
    'create temporary table mine (n int)',
    'create schema mine',
    'create role mine',
    'select * from app.members',
    'select * from sample.sizes',
    'select * from pg_authid',
    `copy (select 1) to program 'cat'`,
    `select pg_read_file('postgresql.conf')`,
    'set role postgres',
    'set session authorization postgres',
    'alter table app.orders disable row level security',
    'alter role waybill_reader bypassrls',
  ])('%s, even in a transaction that may write', async (statement) => {
    await reader.query(`rollback; begin read write; set local app.account_id = 'acme'`);
    const error = await reader.query(statement).then(
      () => undefined,
      (thrown: { code: string }) => thrown.code,
    );
    expect(error).toBe(INSUFFICIENT_PRIVILEGE);
  });

  test('see hidden rows with row_security off: that is an error', async () => {
    await reader.query('set local row_security = off');
    await expect(count('orders')).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
  });
});

test('the role has a limit of 40 connections and of 30 minutes a statement', async () => {
  const { rows } = await reader.query(
    `select rolconnlimit, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, current_setting('statement_timeout') as timeout
     from pg_roles where rolname = current_user`,
  );
  expect(rows).toEqual([
    {
      rolconnlimit: 40,
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolbypassrls: false,
      timeout: '30min',
    },
  ]);
});

test('the SQL for an existing database makes a role that reads the same way', async () => {
  const page = readFileSync('docs/existing-database.md', 'utf8');
  const blocks = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = '']) => sql);
  expect(blocks).toHaveLength(2);
  // Another name, for the role is there; the sample's own policy would hide whether that of the page works.
  const sql = blocks
    .join('')
    .replaceAll('waybill_reader', 'other_reader')
    .replaceAll('DATABASE app', 'DATABASE postgres');
  await admin.query('begin; drop policy account on app.orders');
  await admin.query(sql);
  await admin.query('set local role other_reader');
  const orders = async () => (await admin.query('select count(*)::int as count from app.orders')).rows[0].count;
  expect(await orders()).toBe(0);
  await admin.query(`set local app.account_id = 'globex'`);
  expect(await orders()).toBe(FEW_ORDERS.globex);
  for (const refused of [
    'select * from app.members',
    'delete from app.orders',
    'create temporary table mine (n int)',
  ]) {
    await admin.query('savepoint before');
    await expect(admin.query(refused), refused).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
    await admin.query('rollback to before');
  }
  const { rows } = await admin.query(`select rolconnlimit, rolconfig from pg_roles where rolname = 'other_reader'`);
  expect(rows).toEqual([
    { rolconnlimit: 40, rolconfig: ['default_transaction_read_only=on', 'statement_timeout=30min'] },
  ]);
  await admin.query('rollback');
});
