import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/**
 * Somebody else of the same database: reads orders by their primary key at an even pace, from a process of its own, and
 * prints when each was asked and how long it took, in milliseconds. `node look-up-client.ts <url> <rows> <per second>`
 */
const [connectionString = '', rows = '', perSecond = ''] = process.argv.slice(2);
const client = new pg.Client({ connectionString, application_name: 'look-ups' });
await client.connect();
const gapMs = 1000 / Number(perSecond);
for (let next = performance.now(); ; next += gapMs) {
  await sleep(Math.max(0, next - performance.now()));
  const values = ['acme', 1 + Math.floor(Math.random() * Number(rows))];
  const askedAt = performance.now();
  const { rowCount } = await client.query({
    name: 'by-key',
    text: 'select * from app.orders where account_id = $1 and order_id = $2',
    values,
  });
  if (rowCount !== 1) throw new Error(`There are ${rowCount} orders ${values.join(' ')}`);
  const tookMs = performance.now() - askedAt;
  process.stdout.write(`${performance.timeOrigin + askedAt} ${tookMs}\n`);
}
