import { deepStrictEqual } from 'node:assert';
import { Client } from 'pg';
import type { ExportListView, ExportView } from '../../../core/contract/export-schemas.ts';
import { isTerminal } from '../../../core/domain/lifecycle.ts';
import type { OneFileWaybill } from '../../../core/domain/waybill.ts';
import { type HttpRun, type Known, must, type Person } from './http-run.ts';

export interface HttpContext {
  readonly run: HttpRun;
  readonly who: Person;
  readonly known: Known | undefined;
  readonly arg: number;
}

/** @returns what happened, for the tally; undefined when there was nothing to do it to */
export type HttpStep = (context: HttpContext) => Promise<string | undefined>;

/** The most exports one person may have queued or running, in stage local. */
const ACTIVE_LIMIT = 10;

/** Makes every query of the activity log fail for good, with an error of the data, for all but the superuser. */
export async function refuseActivityLog(postgresUrl: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    await client.query('CREATE POLICY refused ON app.activity_log AS RESTRICTIVE USING (1 / 0 = 1)');
  } finally {
    await client.end();
  }
}

/** Two good requests, and one that the database refuses: see {@link refuseActivityLog}. */
const requests = [
  { report: 'orders', columns: ['orderId'] },
  { report: 'orders', format: 'tsv', compression: 'none' },
  { report: 'activity-log' },
] as const;

const create: HttpStep = async ({ run, who, arg }) => {
  const request = requests[arg % requests.length] ?? requests[0];
  const key = arg % 5 === 0 ? `key-${who.user.id}` : undefined;
  const used = key === undefined ? undefined : run.keys.get(key);
  const { status, body } = await run.call<ExportView>(who, 'POST', '/v1/exports', {
    body: request,
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });
  if (who.role === 'member') return expectStatus(status, [403]);
  if (used !== undefined) {
    if (used.body !== JSON.stringify(request)) return expectStatus(status, [422]);
    expectStatus(status, [202]);
    must('idempotency', body.id === used.id, `${body.id} instead of ${used.id}`);
    run.learn(body);
    return 'replayed';
  }
  expectStatus(status, activeOf(run, who) >= ACTIVE_LIMIT ? [202, 429] : [202]);
  if (status !== 202) return String(status);
  must('I1', !run.known.some(({ id }) => id === body.id), `${body.id} was there before`);
  run.learn(body);
  if (key !== undefined) run.keys.set(key, { body: JSON.stringify(request), id: body.id });
  return 'created';
};

const get: HttpStep = async ({ run, who, known }) => {
  if (!known) return undefined;
  const { status, body } = await run.call<ExportView>(who, 'GET', `/v1/exports/${known.id}`);
  expectStatus(status, [run.mayRead(who, known)]);
  if (status === 200) return run.learn(body).status;
  return String(status);
};

const list: HttpStep = async ({ run, who }) => {
  const visible = run.known.filter(({ ownerId }) => who.role !== 'member' || ownerId === who.user.id);
  const { status, body } = await run.call<ExportListView>(who, 'GET', '/v1/exports?limit=100');
  expectStatus(status, [200]);
  deepStrictEqual(body.data.map(({ id }) => id).sort(), visible.map(({ id }) => id).sort());
  deepStrictEqual(body.total, visible.length);
  for (const view of body.data) run.learn(view);
  return 'listed';
};

const cancel: HttpStep = async ({ run, who, known }) => {
  if (!known) return undefined;
  const wasOver = isTerminal(known.status);
  const { status, body } = await run.call<ExportView>(who, 'POST', `/v1/exports/${known.id}/cancel`);
  if (run.mayRead(who, known) !== 200) return expectStatus(status, [run.mayRead(who, known)]);
  expectStatus(status, wasOver ? [409] : [202, 409]);
  if (status === 202) must('cancel', run.learn(body).status === 'cancelled' || body.cancelRequested, 'nothing asked');
  return String(status);
};

const retry: HttpStep = (context) =>
  again(context, 'retry', ({ status }) => (isTerminal(status) ? [status === 'failed' ? 202 : 409] : [202, 409]));

const rerun: HttpStep = (context) => again(context, 'rerun', ({ status }) => (isTerminal(status) ? [202] : [202, 409]));

async function again(
  { run, who, known }: HttpContext,
  way: 'retry' | 'rerun',
  expected: (known: Known) => readonly number[],
): Promise<string | undefined> {
  if (!known) return undefined;
  const { status, body } = await run.call<ExportView>(who, 'POST', `/v1/exports/${known.id}/${way}`);
  if (run.mayRead(who, known) !== 200) return expectStatus(status, [run.mayRead(who, known)]);
  if (known.erased) return expectStatus(status, [410]);
  const full = activeOf(run, who) >= ACTIVE_LIMIT ? [429] : [];
  expectStatus(status, [...expected(known), ...full]);
  if (status === 202) {
    must(way, (way === 'retry' ? body.retryOf : body.rerunOf) === known.id, 'not linked');
    run.learn(body);
  }
  return String(status);
}

const remove: HttpStep = async ({ run, who, known }) => {
  if (!known) return undefined;
  const { status } = await run.call(who, 'DELETE', `/v1/exports/${known.id}`);
  if (run.mayRead(who, known) !== 200) return expectStatus(status, [run.mayRead(who, known)]);
  expectStatus(status, isTerminal(known.status) ? [204] : [204, 409]);
  if (status === 204) Object.assign(known, { erased: true, status: 'expired' });
  return String(status);
};

const download: HttpStep = async ({ run, who, known }) => {
  if (!known) return undefined;
  const before = { ...known };
  if (run.mayRead(who, known) === 200) {
    run.learn((await run.call<ExportView>(who, 'GET', `/v1/exports/${known.id}`)).body);
  }
  if (known.status === 'ready' && run.mayRead(who, known) === 200) {
    await run.readFile(who, known);
    const { body } = await run.call<OneFileWaybill>(who, 'GET', `/v1/exports/${known.id}/waybill`);
    must('I3', body.file.sha256 === known.sha256 && body.exportId === known.id, 'the waybill is of another file');
    return 'whole';
  }
  const { status } = await run.call(who, 'GET', `/v1/exports/${known.id}/download`);
  if (run.mayRead(who, known) !== 200) return expectStatus(status, [run.mayRead(who, known)]);
  if (known.status === 'expired') return expectStatus(status, [410]);
  return expectStatus(status, isTerminal(before.status) ? [409] : [302, 409]);
};

/** The membership decides at once, whatever the token says. */
const member: HttpStep = async ({ run, who, arg }) => {
  await run.setRole(who, arg % 3 === 0 ? 'member' : 'admin');
  return who.role;
};

const wait: HttpStep = async ({ run, who, known }) => {
  if (!known || run.mayRead(who, known) !== 200) return undefined;
  for (let looks = 0; looks < 100 && !isTerminal(known.status); looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    run.learn((await run.call<ExportView>(who, 'GET', `/v1/exports/${known.id}`)).body);
  }
  return known.status;
};

const clock: HttpStep = async ({ run, arg }) => {
  const advanceSeconds = arg % 4 === 0 ? 8 * 86_400 : 30;
  const response = await fetch(`${run.cloud.origin}/local/clock`, {
    method: 'POST',
    body: JSON.stringify({ advanceSeconds }),
  });
  // Keys are good for a day.
  if (advanceSeconds > 86_400) run.keys.clear();
  must('clock', response.ok, `POST /local/clock answers ${response.status}`);
  return `${advanceSeconds} s`;
};

/** How many of this person's exports may still be active, as far as is known. */
function activeOf(run: HttpRun, who: Person): number {
  return run.known.filter(({ ownerId, status }) => ownerId === who.user.id && !isTerminal(status)).length;
}

function expectStatus(status: number, allowed: readonly number[]): string {
  must('answer', allowed.includes(status), `${status} instead of ${allowed.join(' or ')}`);
  return String(status);
}

export const httpSteps = {
  create,
  get,
  list,
  cancel,
  retry,
  rerun,
  remove,
  download,
  member,
  wait,
  clock,
} satisfies Record<string, HttpStep>;
