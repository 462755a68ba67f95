import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { type NastyCell, nastyCells, type OrderCounts } from './nasty-values.ts';

/** The role exports connect as: it reads, and sees one account at a time. */
export const READER_ROLE = 'waybill_reader';

/** Orders in the sample database that newcomers get. */
export const SAMPLE_ORDERS: OrderCounts = { acme: 1_200_000, globex: 5_000 };

/**
 * What an account has besides orders, as files of SQL: one stage after the other, the lists of a stage side by side. A file
 * may build on those of earlier stages and on those before it in its list.
 */
const stages = [
  [
    ['events', 'tickets'],
    ['finance', 'activity'],
  ],
  [['sessions', 'sponsors'], ['mail']],
] as const;

const files = ['schema', 'generators', 'accounts', 'people', ...stages.flat(2), 'access'] as const;
const SQL = Object.fromEntries(
  files.map((name) => [name, readFileSync(new URL(`./${name}.sql`, import.meta.url), 'utf8')]),
) as Record<(typeof files)[number], string>;

export interface SeedOptions {
  /** Connection string of a role that may create schemas and roles. */
  readonly adminUrl: string;
  /** The password that {@link READER_ROLE} has from now on. */
  readonly readerPassword: string;
  /**
   * Fewer orders, for tests; at least 1,000 per account, so that every nasty value finds its place.
   * @default SAMPLE_ORDERS
   */
  readonly orders?: OrderCounts;
}

export interface SeedResult {
  /** False when the database already held this very sample. */
  readonly seeded: boolean;
  /** Names the sample's content: it changes with the SQL, the nasty values and the row counts. */
  readonly version: string;
  readonly seconds: number;
}

/**
 * Fills a database with the sample shop, unless it is there already in this version; an older version, or one whose
 * seeding was interrupted, is replaced. Sets the reader's password in either case.
 * @throws Error when the database has a schema `app` that is not the sample's, or is being filled at this moment
 */
export async function seedSampleDatabase(options: SeedOptions): Promise<SeedResult> {
  const startedAt = performance.now();
  const orders = options.orders ?? SAMPLE_ORDERS;
  const cells = nastyCells(orders);
  const version = createHash('sha256')
    .update(JSON.stringify([SQL, cells, orders]))
    .digest('hex')
    .slice(0, 16);

  const admin = new Client({ connectionString: options.adminUrl });
  const second = new Client({ connectionString: options.adminUrl });
  // A lost connection also rejects the query under way; without a listener the event would end this process.
  for (const client of [admin, second]) client.on('error', () => undefined);
  await Promise.all([admin.connect(), second.connect()]);
  try {
    await lockOutOthers(admin);
    const seeded = (await seededVersion(admin)) !== version;
    if (seeded) {
      await refuseForeignSchema(admin);
      await admin.query(SQL.schema + SQL.generators);
      await admin.query('insert into sample.sizes values ($1, $2, $3, $4), ($5, $6, $7, $8)', [
        ...['acme', 'A', 20_000, orders.acme],
        ...['globex', 'G', 500, orders.globex],
      ]);
      await admin.query(SQL.accounts);
      await loadOrders(admin, second, orders);
      await buildIndexes(admin, second);
      await writeNastyCells(admin, cells);
      await admin.query(SQL.people);
      for (const [one, other] of stages) await Promise.all([load(admin, one), load(second, other)]);
      await admin.query(SQL.access);
      await vacuum(admin, second);
      // Last, so that an interrupted seeding is done again.
      await admin.query(`create table sample.seeded as select ${escapeLiteral(version)}::text as version`);
    }
    await admin.query(`alter role ${escapeIdentifier(READER_ROLE)} password ${escapeLiteral(options.readerPassword)}`);
    return { seeded, version, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    await Promise.all([admin.end(), second.end()]);
  }
}

/** Two at once would drop each other's tables. The lock ends with the session. */
async function lockOutOthers(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ mine: boolean }>(
    `select pg_try_advisory_lock(hashtext('waybill sample')) as mine`,
  );
  if (!rows[0]?.mine)
    throw new Error('The sample database is being filled at this moment: look again in a few minutes');
}

async function load(client: Client, names: readonly (keyof typeof SQL)[]): Promise<void> {
  for (const name of names) await client.query(SQL[name]);
}

/**
 * Statistics for the planner, and nothing left for the first reader to mark as visible. Freezing as well would write the
 * whole of orders to the log for no faster read.
 */
async function vacuum(admin: Client, second: Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'app'`,
  );
  const [some = [], others = []] = [0, 1].map((half) => rows.filter((_, index) => index % 2 === half));
  const run = async (client: Client, tables: typeof rows) => {
    for (const { name } of tables) await client.query(`vacuum (analyze) app.${escapeIdentifier(name)}`);
  };
  await Promise.all([run(admin, some), run(second, others)]);
}

/** The sample replaces the schema `app`: it must be its own. Both of the sample's schemas come in one transaction. */
async function refuseForeignSchema(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ foreign: boolean }>(
    `select to_regnamespace('app') is not null and to_regclass('sample.sizes') is null as foreign`,
  );
  if (rows[0]?.foreign) throw new Error('The database has a schema app that is not the sample shop: it is left alone');
}

async function seededVersion(admin: Client): Promise<string | undefined> {
  const { rows } = await admin.query<{ exists: boolean }>(`select to_regclass('sample.seeded') is not null as exists`);
  if (!rows[0]?.exists) return undefined;
  return (await admin.query<{ version: string }>('select version from sample.seeded')).rows[0]?.version;
}

/**
 * Generates the large account's orders on two connections, one processor each. The upper half waits in a table of its
 * own and is appended, so that the table's physical order is that of its key.
 */
async function loadOrders(admin: Client, second: Client, orders: OrderCounts): Promise<void> {
  // Appending a row costs an eighth of generating it; with this split both connections end at about the same time.
  const lower = Math.floor(orders.acme * 0.52);
  await admin.query('begin');
  // A table that is truncated in the transaction that fills it needs no write-ahead log where wal_level is minimal.
  await admin.query('truncate app.orders');
  await Promise.all([
    admin.query(`insert into app.orders select * from sample.orders('acme', 1, ${lower})`),
    second.query(`insert into sample.pending_orders select * from sample.orders('acme', ${lower + 1}, ${orders.acme})`),
  ]);
  await admin.query('insert into app.orders select * from sample.pending_orders');
  await admin.query(`insert into app.orders select * from sample.orders('globex', 1, ${orders.globex})`);
  await admin.query('truncate sample.pending_orders');
  await admin.query('commit');
}

/** Builds the two indexes of orders side by side; adding the primary key as such would lock the other out. */
async function buildIndexes(admin: Client, second: Client): Promise<void> {
  await Promise.all([
    admin.query('create unique index orders_pkey on app.orders (account_id, order_id)'),
    second.query('create index orders_placed_at on app.orders (account_id, placed_at)'),
  ]);
  await admin.query('alter table app.orders add primary key using index orders_pkey');
}

async function writeNastyCells(admin: Client, cells: readonly NastyCell[]): Promise<void> {
  // Values are written as PostgreSQL would print them in this zone.
  await admin.query(`set time zone 'UTC'`);
  const byColumn = Map.groupBy(cells, (cell) => cell.column);
  for (const [column, columnCells] of byColumn) {
    await admin.query(
      `update app.orders set ${escapeIdentifier(column)} = cells.value::${await columnType(admin, column)}
       from unnest($1::text[], $2::bigint[], $3::text[]) as cells (account_id, order_id, value)
       where orders.account_id = cells.account_id and orders.order_id = cells.order_id`,
      [
        columnCells.map((cell) => cell.accountId),
        columnCells.map((cell) => cell.orderId),
        columnCells.map((cell) => cell.value),
      ],
    );
  }
}

async function columnType(admin: Client, column: string): Promise<string> {
  const { rows } = await admin.query<{ type: string }>(
    `select format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = 'app.orders'::regclass and attname = $1`,
    [column],
  );
  if (!rows[0]) throw new Error(`app.orders has no column ${column}`);
  return rows[0].type;
}
