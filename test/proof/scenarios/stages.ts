import pg from 'pg';
import { partitionAbove } from '../../e2e/partitioned-stage.ts';
import { type ProofCloud, startProofCloud } from '../proof-cloud.ts';

/** Enough orders for both routes: all of acme's are too many for a function. */
const ORDERS = { acme: 11_000, globex: 1_000 };

/** Above it several tasks make a file: the same as is too much for a function. */
const PARTITION_ABOVE_ROWS = 10_000;

/** The fewest that share out anything. */
const PART_WORKERS = 2;

/** What the planner is told that a row takes, so that all of acme's make 16 slices: two for each range of two workers. */
const PRESUMED_ROW_BYTES = 24_000;

/**
 * What a row has in truth. Two slices must have what a part must have, so that no range is too short; of those that come
 * first, one of which is cut, each.
 */
const WIDE_ROWS = 2_800;
const WIDE_ROW_BYTES = 8_200;
const ROW_BYTES = 4_200;

/** Where a scenario takes place. */
export interface Stage {
  readonly start: () => Promise<ProofCloud>;
  /** Scenarios that let every function and task start once. */
  readonly warmUp: readonly string[];
}

/** What is deployed as it is. */
export const usualStage: Stage = {
  start: () => startProofCloud(ORDERS),
  warmUp: ['small export', 'large export'],
};

/** The same with a low `partitionAboveRows`, and few but wide rows. */
export const partitionedStage: Stage = {
  async start() {
    const cloud = await startProofCloud(ORDERS, { changeTemplate: partitionAbove(PARTITION_ABOVE_ROWS, PART_WORKERS) });
    await widenOrders(cloud);
    return cloud;
  },
  warmUp: ['small export', 'several tasks'],
};

async function widenOrders(cloud: ProofCloud): Promise<void> {
  const client = new pg.Client({ connectionString: cloud.database.adminUrl });
  await client.connect();
  try {
    await client.query(`ALTER TABLE app.orders SET (autovacuum_enabled = false)`);
    await client.query(
      `UPDATE app.orders SET note = repeat('n', CASE WHEN place <= $1 THEN $2::int ELSE $3::int END)
       FROM (SELECT order_id AS id, row_number() OVER (ORDER BY order_id) AS place FROM app.orders WHERE account_id = 'acme') AS placed
       WHERE account_id = 'acme' AND order_id = id`,
      [WIDE_ROWS, WIDE_ROW_BYTES, ROW_BYTES],
    );
    await client.query('VACUUM ANALYZE app.orders');
    await client.query(
      `SELECT pg_restore_attribute_stats('schemaname', 'app', 'relname', 'orders', 'attname', 'note', 'inherited', false,
         'null_frac', 0::real, 'n_distinct', 2::real, 'avg_width', $1::int)`,
      [PRESUMED_ROW_BYTES],
    );
  } finally {
    await client.end();
  }
}
