import type { Client } from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { seedSampleDatabase } from '../../sample/seed.ts';
import { FEW_ORDERS, READER_PASSWORD, startSampleServer } from './sample-server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const INSUFFICIENT_PRIVILEGE = '42501';

let reader: Client;

beforeAll(async () => {
  const server = await startSampleServer();
  await seedSampleDatabase({ adminUrl: server.adminUrl, readerPassword: READER_PASSWORD, orders: FEW_ORDERS });
  reader = await server.connectReader();
  return server.stop;
});

beforeEach(async () => void (await reader.query('begin')));
afterEach(async () => void (await reader.query('rollback; reset all')));

async function count(table: string, where = 'true'): Promise<unknown> {
  const { rows } = await reader.query(`select count(*)::int as count from app.${table} where ${where}`);
  return rows[0]?.count;
}

describe('an account’s rows', () => {
  test.each(['accounts', 'customers', 'orders'])('%s: none without app.account_id', async (table) => {
    expect(await count(table)).toBe(0);
    await reader.query(`set local app.account_id = ''`);
    expect(await count(table)).toBe(0);
  });

  test.each([
    ['accounts', 1, 1],
    ['customers', 20_000, 500],
    ['orders', FEW_ORDERS.acme, FEW_ORDERS.globex],
  ])('%s: the account’s own and no others', async (table, acme, globex) => {
    await reader.query(`set local app.account_id = 'acme'`);
    expect(await count(table)).toBe(acme);
    expect(await count(table, `account_id <> 'acme'`)).toBe(0);
    await reader.query(`set local app.account_id = 'globex'`);
    expect(await count(table)).toBe(globex);
    expect(await count(table, `account_id = 'acme'`)).toBe(0);
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
