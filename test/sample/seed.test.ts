import type { Client, CustomTypesConfig } from 'pg';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { nastyCells, nastyValues } from '../../sample/nasty-values.ts';
import { SAMPLE_ORDERS, seedSampleDatabase } from '../../sample/seed.ts';
import { FEW_ORDERS, READER_PASSWORD, startSampleServer } from './sample-server.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let admin: Client;
let seed: (orders?: typeof FEW_ORDERS) => ReturnType<typeof seedSampleDatabase>;

beforeAll(async () => {
  const server = await startSampleServer();
  admin = await server.connectAdmin();
  seed = (orders = FEW_ORDERS) =>
    seedSampleDatabase({ adminUrl: server.adminUrl, readerPassword: READER_PASSWORD, orders });
  await seed();
  return server.stop;
});

async function rows(statement: string, values: unknown[] = []): Promise<unknown[][]> {
  return (await admin.query({ text: statement, values, rowMode: 'array' })).rows as unknown[][];
}

/** Leaves values as the server prints them. */
const asPrinted: CustomTypesConfig = { getTypeParser: () => (text: string | Buffer) => text };

/** One number for all rows of each table, whatever their order. */
async function checksum(): Promise<unknown[][]> {
  const tables = await rows(`select tablename from pg_tables where schemaname = 'app' order by 1`);
  const sums = tables.map(
    ([table]) => `select '${table}', count(*)::int, sum(hashtextextended(row::text, 0))::text from app.${table} as row`,
  );
  return rows(`${sums.join(' union all ')} order by 1`);
}

test('accounts have their orders, customers and members', async () => {
  expect(await rows('select account_id, count(*)::int from app.orders group by 1 order by 1')).toEqual([
    ['acme', FEW_ORDERS.acme],
    ['globex', FEW_ORDERS.globex],
  ]);
  expect(await rows('select account_id, user_id, email, role from app.members order by created_at')).toEqual([
    ['acme', 'usr_olga', 'olga@acme.example', 'owner'],
    ['acme', 'usr_ada', 'ada@acme.example', 'admin'],
    ['globex', 'usr_gus', 'gus@globex.example', 'owner'],
    ['acme', 'usr_mel', 'mel@acme.example', 'member'],
    ['acme', 'usr_val', 'val@acme.example', 'viewer'],
  ]);
  const strangers = `select count(*)::int from app.orders o
    left join app.customers c on (c.account_id, c.customer_id) = (o.account_id, o.customer_id)
    where c.customer_id is null`;
  expect(await rows(strangers)).toEqual([[0]]);
});

test('the sample newcomers get has more than a million orders', () => {
  expect(SAMPLE_ORDERS).toEqual({ acme: 1_200_000, globex: 5_000 });
});

test('orders cover four years, ascending with their ids; 2025 has five twelfths', async () => {
  const untouched = `order_id not in (${nastyCells(FEW_ORDERS).map((cell) => cell.orderId)})`;
  const byYear = await rows(
    `select extract(year from placed_at)::int, count(*)::int from app.orders where account_id = 'acme' group by 1 order by 1`,
  );
  expect(byYear.map(([year]) => year)).toEqual([2023, 2024, 2025, 2026]);
  const in2025 = Number(byYear[2]?.[1]);
  expect(Math.abs(in2025 - (FEW_ORDERS.acme * 5) / 12)).toBeLessThan(20);

  const outOfOrder = await rows(
    `select count(*)::int from (
       select placed_at < lag(placed_at) over (order by order_id) as back
       from app.orders where account_id = 'acme' and ${untouched}
     ) as pairs where back`,
  );
  expect(outOfOrder).toEqual([[0]]);
});

test('amounts add up, refunds are negative, external ids have 20 digits', async () => {
  const untouched = `order_id not in (${nastyCells(FEW_ORDERS).map((cell) => cell.orderId)})`;
  const [facts] = await rows(
    `select bool_and(total = subtotal + tax), bool_and((total <= 0) = (status = 'refunded') or total = 0),
            count(*) filter (where total < 0) > 100, bool_and(length(external_id::text) = 20),
            count(distinct (account_id, external_id)) = count(*), count(distinct order_uuid) = count(*)
     from app.orders where ${untouched}`,
  );
  expect(facts).toEqual([true, true, true, true, true, true]);
});

test('ordinary orders hold absent notes and empty ones, side by side', async () => {
  const [counts] = await rows(
    `select count(*) filter (where note is null)::int, count(*) filter (where note = '')::int from app.orders`,
  );
  expect(Math.min(...(counts as number[]))).toBeGreaterThan(100);
});

describe('nasty values', () => {
  test('each is in its order to the byte, three times in acme and once in globex', async () => {
    const cells = nastyCells(FEW_ORDERS);
    await admin.query(`set time zone 'UTC'`);
    const stored = [];
    for (const { accountId, orderId, column } of cells) {
      const { rows: found } = await admin.query({
        text: `select ${column} as value from app.orders where account_id = $1 and order_id = $2`,
        values: [accountId, orderId],
        types: asPrinted,
      });
      stored.push({ accountId, orderId, column, value: found[0]?.value });
    }
    expect(stored).toEqual(cells);

    const values = Object.values(nastyValues).flat().length;
    expect(cells.filter(({ accountId }) => accountId === 'acme')).toHaveLength(3 * values);
    expect(cells.filter(({ accountId }) => accountId === 'globex')).toHaveLength(values);
    expect(new Set(cells.map(({ accountId, orderId }) => `${accountId} ${orderId}`)).size).toBe(cells.length);
  });

  test('daylight saving time: one local hour happens twice, another never', async () => {
    const local = await rows(
      `select zone, array_agg(distinct to_char(instant at time zone zone, 'MM-DD HH24:MI:SS'))
       from (values
         ('Europe/Berlin', '2025-03-30 00:59:59.999999+00'::timestamptz), ('Europe/Berlin', '2025-03-30 01:00:00+00'),
         ('Europe/Berlin', '2025-10-26 00:30:00+00'), ('Europe/Berlin', '2025-10-26 01:30:00+00'),
         ('America/New_York', '2025-03-09 06:59:59.999999+00'), ('America/New_York', '2025-03-09 07:00:00+00'),
         ('America/New_York', '2025-11-02 05:30:00+00'), ('America/New_York', '2025-11-02 06:30:00+00')
       ) as instants (zone, instant)
       where exists (select from app.orders where account_id = 'acme' and placed_at = instant)
       group by zone order by zone desc`,
    );
    expect(local).toEqual([
      ['Europe/Berlin', ['03-30 01:59:59', '03-30 03:00:00', '10-26 02:30:00']],
      ['America/New_York', ['03-09 01:59:59', '03-09 03:00:00', '11-02 01:30:00']],
    ]);
  });
});

test('an account’s orders by id can be read off the primary key, without a sort', async () => {
  // So few rows would be sorted more cheaply.
  await admin.query('set enable_seqscan = off');
  const plan = await rows(`explain select * from app.orders where account_id = 'acme' order by order_id`);
  expect(plan.flat().join('\n')).toMatch(/Index Scan using orders_pkey/);
  expect(plan.flat().join('\n')).not.toMatch(/Sort/);
  await admin.query('reset enable_seqscan');
});

describe('seeding again', () => {
  test('leaves the same version alone', async () => {
    const before = await rows(`select relfilenode from pg_class where oid = 'app.orders'::regclass`);
    expect(await seed()).toMatchObject({ seeded: false });
    expect(await rows(`select relfilenode from pg_class where oid = 'app.orders'::regclass`)).toEqual(before);
  });

  test('from nothing gives the same rows', async () => {
    const before = await checksum();
    await admin.query('drop schema app cascade; drop schema sample cascade');
    expect(await seed()).toMatchObject({ seeded: true });
    expect(await checksum()).toEqual(before);
  });

  test('notices a changed row: the checksum is not blind', async () => {
    const before = await checksum();
    await admin.query(`update app.guests set name = name || ' ' where guest_id = 100100001`);
    expect(await checksum()).not.toEqual(before);
  });

  test('replaces another version, and one whose seeding was interrupted', async () => {
    expect(await seed({ acme: 5_000, globex: 1_000 })).toMatchObject({ seeded: true });
    expect(await rows('select count(*)::int from app.orders')).toEqual([[6_000]]);

    // The marker is the last thing a seeding writes.
    await admin.query('drop table sample.seeded; delete from app.orders where order_id > 10');
    expect(await seed({ acme: 5_000, globex: 1_000 })).toMatchObject({ seeded: true });
    expect(await rows('select count(*)::int from app.orders')).toEqual([[6_000]]);
  });

  test('leaves a database alone whose schema app is someone else’s', async () => {
    await admin.query(
      'drop schema app cascade; drop schema sample cascade; create schema app; create table app.theirs (n int)',
    );
    await expect(seed()).rejects.toThrow('not the sample shop');
    expect(await rows(`select to_regclass('app.theirs') is not null`)).toEqual([[true]]);
  });
});
