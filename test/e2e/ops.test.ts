// @module-tag switches
// @module-tag operators-commands
// @module-tag operators-and-live-workers
// @module-tag pausing
// @module-tag least-privilege

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import { PATIENCE } from '../support/patience.ts';
import { addOperator, serveOperator } from './operator-role.ts';
import { sha256, startTestCloud, type TestCloud } from './test-cloud.ts';

const run = promisify(execFile);

let cloud: TestCloud;
let operator: Awaited<ReturnType<typeof serveOperator>>;

beforeAll(async () => {
  cloud = await startTestCloud({ changeTemplate: addOperator, recordsPermissions: true });
  operator = await serveOperator(cloud);
}, 600_000);
afterAll(async () => {
  operator?.stop();
  await cloud?.stop();
}, 120_000);

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** The command line as an operator has it, who may do what docs/operating.md says. */
async function ops(...args: string[]): Promise<Outcome> {
  const parameters = ['scripts/ops.ts', ...args, '--local', operator.url, '--as', 'olga'];
  try {
    const { stdout, stderr } = await run(process.execPath, parameters);
    return { code: 0, out: stdout, error: stderr };
  } catch (failure) {
    const { code, stdout, stderr } = failure as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, error: stderr };
  }
}

function signalTasks(signal: NodeJS.Signals): void {
  for (const { taskArn } of cloud.tasks.running()) cloud.tasks.kill(taskArn, signal);
}

async function json<Value>(...args: string[]): Promise<Value> {
  const { out, error } = await ops(...args, '--json');
  if (out === '') throw new Error(error);
  return JSON.parse(out) as Value;
}

/** More rows than a function takes: a task of its own, which can be held. */
const long = {
  report: 'generated-test-data',
  format: 'csv',
  filters: {
    rows: 40_000,
    seed: 1,
    schema: ['fullName', 'email', 'company', 'sentence'].map((type) => ({ name: type, type })),
  },
};

test('the command line operates a cloud, and what runs meanwhile is unharmed', async () => {
  expect(await ops('pause', 'everything', '--yes')).toMatchObject({
    code: 2,
    error: expect.stringContaining('everything'),
  });
  expect(await ops('list', '--state', 'failed')).toMatchObject({
    code: 2,
    error: expect.stringContaining('--account'),
  });
  expect(await ops('vanish')).toMatchObject({ code: 2, error: expect.stringContaining('no command vanish') });
  expect(await ops('pause', 'workers')).toMatchObject({ code: 1, out: expect.stringContaining('add --yes') });
  const asked = await cloud.create('mel', long);
  expect(asked.status).toBe(202);
  const running = asked.body.id;
  await vi.waitFor(async () => {
    const { body } = await cloud.call<ExportView>('mel', 'GET', `/v1/exports/${running}`);
    expect(body.status).toBe('running');
  }, PATIENCE);
  // Held for less than its lease, so that it is at it whatever the machine's speed.
  signalTasks('SIGSTOP');
  expect(await ops('list', '--state', 'running')).toMatchObject({
    code: 0,
    out: expect.stringMatching(`${running} .* working`),
  });
  expect(await ops('fail', running, '--reason', 'Test', '--yes')).toMatchObject({
    code: 1,
    error: expect.stringContaining('A worker is at it'),
  });
  const { before, after } = await json<Record<string, object>>('pause', 'workers', '--yes');
  expect([before, after]).toMatchObject([{ runWorkers: true }, { runWorkers: false, acceptExports: true }]);
  // Longer than a function believes the flags that it has read.
  await cloud.advance(12);

  const waiting = (await cloud.create('mel', { report: 'transactions' })).body.id;
  await vi.waitFor(async () => {
    expect(await json('list', '--state', 'queued')).toMatchObject([{ exportId: waiting, phase: 'in line' }]);
  }, PATIENCE);
  expect((await ops('status')).out).toMatch(/workers PAUSED[\s\S]*queued +1, the oldest/);
  expect(await json('show', waiting)).toMatchObject({
    next: expect.stringContaining('Workers are paused'),
    execution: { status: 'RUNNING' },
    events: [{ type: 'created', by: 'usr_mel' }],
  });
  const reason = 'The database is being moved.';
  expect(await ops('fail', waiting, '--reason', reason)).toMatchObject({
    code: 1,
    out: expect.stringContaining('Nothing was done'),
  });
  expect(await ops('fail', waiting, '--reason', reason, '--yes')).toMatchObject({ code: 0 });
  expect(await ops('show', waiting)).toMatchObject({ code: 1, error: expect.stringContaining('--account ACCOUNT') });
  const failed = await ops('show', waiting, '--account', 'acme');
  expect(failed.out).toMatch(/failed \(internal: The database is being moved\.\)[\s\S]*operator:olga +failed/);
  expect((await json<object[]>('list', '--state', 'failed', '--account', 'acme')).length).toBe(1);

  const retry = await json<{ exportId: string }>('requeue', waiting, '--account', 'acme');
  expect(await ops('drift')).toMatchObject({ code: 0, out: 'No drift.\n' });
  expect((await ops('quotas')).out).toMatch(/slots +\d +4[\s\S]*vCPU[\s\S]*6[\s\S]*cap of 10: none/);

  signalTasks('SIGCONT');
  const drained = await ops('drain', '--yes', '--json');
  expect(JSON.parse(drained.out)).toEqual({ running: 0, runWorkers: false });
  expect((await cloud.ended('mel', running)).status).toBe('ready');
  expect((await cloud.call<ExportView>('mel', 'GET', `/v1/exports/${retry.exportId}`)).body.status).toBe('queued');

  expect((await ops('resume', 'workers')).out).toMatch(/before .*workers PAUSED.*\nafter .*workers on/);
  await cloud.advance(60);
  expect(await cloud.ended('mel', retry.exportId)).toMatchObject({ status: 'ready', retryOf: waiting });
}, 600_000);

/** Longer than a function believes the flags that it has read, and less than the minute that is promised. */
const KNOWN_SECONDS = 12;

/** What the API answers to who asks for a new export, a file, and the list. */
async function answers(ready: string): Promise<{ create: unknown; download: unknown; list: unknown }> {
  const create = await cloud.create<{ code?: string }>('mel', { report: 'transactions' });
  const download = await cloud.call<{ code?: string }>('mel', 'GET', `/v1/exports/${ready}/download`);
  const list = await cloud.call('mel', 'GET', '/v1/exports');
  return {
    create: create.body.code ?? create.status,
    download: download.body.code ?? download.status,
    list: list.status,
  };
}

test('each switch does what docs/rollout.md says, and harms nothing else', async () => {
  const ready = (await cloud.create('mel', { report: 'transactions' })).body.id;
  expect((await cloud.ended('mel', ready)).status).toBe('ready');
  const before = sha256(await cloud.download('mel', ready));
  const working = { create: 202, download: 302, list: 200 };
  expect(await answers(ready)).toEqual(working);

  expect(await ops('pause', 'accept', '--yes')).toMatchObject({ code: 0 });
  await cloud.advance(KNOWN_SECONDS);
  expect(await answers(ready)).toEqual({ ...working, create: 'exports_disabled' });

  expect(await ops('pause', 'downloads', '--yes')).toMatchObject({ code: 0 });
  await cloud.advance(KNOWN_SECONDS);
  expect(await answers(ready)).toEqual({ create: 'exports_disabled', download: 'downloads_disabled', list: 200 });

  expect(await ops('resume', 'accept', 'downloads')).toMatchObject({ code: 0 });
  await cloud.advance(KNOWN_SECONDS);
  expect(await answers(ready)).toEqual(working);
  expect(sha256(await cloud.download('mel', ready))).toBe(before);
}, 600_000);

test('what is missing is said with what to do', async () => {
  const nobody = ['scripts/ops.ts', 'status', '--local', 'http://127.0.0.1:9'];
  await expect(run(process.execPath, nobody)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('npm start'),
  });
  const environment = { ...process.env, ...cloud.operatorEnvironment };
  const absent = run(process.execPath, ['scripts/ops.ts', 'status', '--stage', 'absent'], { env: environment });
  await expect(absent).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('AWS_REGION') });
}, 600_000);
