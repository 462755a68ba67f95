import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createStores } from '../adapters/dynamodb/stores.ts';
import type { ExportView } from '../core/contract/export-schemas.ts';
import type { ExportId } from '../core/domain/export-id.ts';
import type { SampleUser } from '../local/sample-users.ts';
import { operatorConfig } from '../test/e2e/operator.ts';
import { startTestCloud } from '../test/e2e/test-cloud.ts';
import { type CreationJob, type HttpJob, type Load, runJob } from './api/jobs.ts';
import { measured, pageOf, resultOf, summaryOf, verdictOf } from './api/page.ts';
import { keepMeasurements, RESULTS_FILE } from './export/measurement-store.ts';

/**
 * The API with 200 clients at once, beside the same calls of the table alone: by turns, in one run of the local cloud.
 * `npm run bench:api`, `npm run bench:api -- --clients 200 --rounds 3 --write`
 */
const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '3' },
    /** Writes docs/bench-api.md, and keeps the figures for the budgets of docs/bench.md. */
    write: { type: 'boolean', default: false },
    /** Where the figures of all measurements are kept. */
    results: { type: 'string', default: RESULTS_FILE },
  },
});
const clients = Number(values.clients);
const rounds = Number(values.rounds);

/** Each client makes so many in a round, of ten that one person may have; one is for the first requests. */
const CREATIONS_PER_ROUND = Math.min(3, Math.floor(9 / rounds));
const READS_PER_ROUND = 3;

const cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100, recordsPermissions: false });
try {
  // What is created waits: the files of so many exports would be what is measured.
  await cloud.setFlags({ runWorkers: false });
  const people = Array.from({ length: clients }, (_, index): SampleUser => {
    const userName = `client-${index}`;
    const email = `${userName}@acme.example`;
    return { id: `usr_${userName}`, userName, name: userName, email, accountId: 'acme', role: 'admin' };
  });
  const client = new DynamoDBClient(operatorConfig(cloud));
  const { tableName } = cloud.info();
  const stores = createStores({ client, tableName });
  const tokens: string[] = [];
  for (const { id: userId, ...person } of people) {
    await stores.memberships.record({
      accountId: 'acme',
      userId,
      email: person.email,
      name: person.name,
      role: 'admin',
    });
    tokens.push(await cloud.issueToken({ id: userId, ...person }, { expiresInSeconds: 86_400 }));
  }

  const request = { report: 'orders', format: 'csv', filters: { placedFrom: '2025-01-01', placedTo: '2025-12-31' } };
  const first = await cloud.create<ExportView>('ada', request);
  const record = await stores.exports.get({ accountId: 'acme', exportId: first.body.id as ExportId });
  if (record === undefined) throw new Error(`The export was not created: ${first.status}`);

  const http = (job: Omit<HttpJob, 'kind' | 'clients' | 'origin' | 'tokens'> & { readonly clients?: number }) =>
    runJob({ kind: 'http', clients, origin: cloud.origin, tokens, ...job });
  const { region, credentials } = operatorConfig(cloud) as Pick<CreationJob, 'region' | 'credentials'>;
  const create = (name: string, endpoint: string) =>
    runJob({
      kind: 'creations',
      clients,
      requests: CREATIONS_PER_ROUND,
      endpoint,
      region,
      credentials,
      tableName,
      record,
      name,
    });

  const loads = new Map<string, Load[]>();
  const run = async (name: string, load: Promise<Load>) => {
    const found = await load;
    loads.set(name, [...(loads.get(name) ?? []), found]);
    console.info(summaryOf(name, found));
  };
  const everyPath = (path: string) => people.map(() => path);
  const created = {
    method: 'POST',
    paths: everyPath('/v1/exports'),
    body: request,
    requests: CREATIONS_PER_ROUND,
  } as const;

  // The first requests start the functions' threads; nobody's numbers are in it.
  const few = Math.min(clients, 20);
  await http({ ...created, clients: few, requests: 1 });
  for (const path of ['/v1/exports', `/v1/exports/${record.id}`]) {
    await http({ method: 'GET', paths: everyPath(path), clients: few, requests: 1 });
  }
  let waiting = 1 + few;
  for (let round = 0; round < rounds; round += 1) {
    await run(measured.database, create(`itself-${round}`, cloud.databaseEndpoint.href));
    await run(measured.table, create(`table-${round}`, cloud.origin));
    await run(measured.create, http(created));
    waiting += clients * CREATIONS_PER_ROUND;
    // Their executions go on meanwhile, and are part of what a creation takes; the next turn begins when they wait.
    while ((await stores.admissions.countWaiting('acme')) < waiting) await sleep(500);

    const ids: string[] = [];
    for (const { id: requestedBy } of people) {
      const { items } = await stores.exports.list({ accountId: 'acme', requestedBy, limit: 1 }, cloud.clock.now());
      ids.push(items[0]?.id ?? '');
    }
    const paths = ids.map((id) => `/v1/exports/${id}`);
    await run(measured.get, http({ method: 'GET', paths, requests: READS_PER_ROUND }));
    await run(measured.poll, http({ method: 'GET', paths, requests: READS_PER_ROUND, polls: true }));
    await run(measured.list, http({ method: 'GET', paths: everyPath('/v1/exports'), requests: READS_PER_ROUND }));
  }
  client.destroy();

  const results = [...loads].map(([name, all]) => resultOf(name, all));
  const page = pageOf(results, { clients, rounds });
  const { ratio, isMet } = verdictOf(results);
  console.info(`A creation takes ${ratio.toFixed(2)} times its own database calls: ${isMet ? 'met' : 'not met'}`);
  if (values.write) {
    writeFileSync(new URL('../docs/bench-api.md', import.meta.url), page);
    const errors = results.reduce((sum, result) => sum + result.errors, 0);
    keepMeasurements(values.results, { api: { clients, ratio, errors } });
  }
} finally {
  await cloud.stop();
}
