import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Client } from 'pg';
import { expect, vi } from 'vitest';
import { keys } from '../../adapters/dynamodb/keys.ts';
import { randomIds } from '../../adapters/ids.ts';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { MetricName } from '../../core/contract/metrics.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import type { FaultSettings } from '../../local/faults/fault-rule.ts';
import type { Template } from '../../local/template/template.ts';
import { linkTokenFor, operatorConfig } from './operator.ts';
import type { TestCloud } from './test-cloud.ts';

type Rule = FaultSettings['rules'][number];

/** Requests of a window of 5 minutes: with four slow ones among them, the 95th percentile is slow. */
const REQUESTS = 24;
const SLOW_REQUESTS = 4;

/** Longer than an answer may take; shorter than what the function waits for the database. */
const LOCKED_MS = 3_100;

/** As many mails as the local SES tells a reputation by. */
const REPRESENTATIVE_MAILS = 100;

/** In which a pass begins that is due. */
const REST_MS = 300;

/** Exports that wait when `queue-deep` goes off, and some that are cancelled before. */
const WAITING = 40;
const CANCELLED = 5;

/** Few rows, which need no task. */
const quick = { report: 'orders', filters: { placedFrom: '2025-01-01' } };
/** Its file is kept for a day. */
const brief = { report: 'transactions' };
/** Runs for longer than it takes to stop its worker. */
const long = {
  report: 'generated-test-data',
  format: 'csv',
  filters: { rows: 1_000_000, seed: 1, schema: [{ name: 'email', type: 'email' }] },
};

/**
 * What makes faults reach their thresholds with little work: a task whose runtime alone fills its memory, and whose
 * vCPUs are more than the account's; nobody's cap of 10 exports.
 */
export function shrinkWorker({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === 'AWS::ECS::TaskDefinition') Object.assign(Properties, { Cpu: '8192', Memory: '96' });
    const { Variables } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
    if (Variables?.USER_CAP !== undefined) Variables.USER_CAP = '100';
  }
}

/** One cloud, and the faults that it goes through. */
export class AlarmTimeline {
  readonly #cloud: TestCloud;
  readonly #rules = new Map<string, readonly Rule[]>();
  /** What the lines so far have told; there are many, so none is read twice. */
  readonly #told = { lines: 0, passes: 0, passedAt: 0, eventLost: false, counts: new Map<string, number>() };

  constructor(cloud: TestCloud) {
    this.#cloud = cloud;
  }

  /** Lets minutes pass one by one, each with its pass of the sweeper. */
  async minutes(count: number, each: (minute: number) => Promise<void> | void = () => {}): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      await each(minute);
      // To the same second of the next minute, however long this one took: so none is left out.
      await this.#advance(62 - ((this.#cloud.clock.now() / 1000) % 60));
    }
  }

  /** Moves time on, and waits for a pass of the sweeper in the minute that it is now. */
  async #advance(seconds: number): Promise<void> {
    await this.#cloud.advance(seconds);
    const since = this.#cloud.clock.now();
    await until(() => this.#readLines().passedAt >= since);
    await this.#rest();
  }

  /**
   * Waits until no pass is under way or begins: one that time is moved under believes that its time is over, and has left out
   * what would have failed. There are several, because those that failed are tried again.
   */
  async #rest(): Promise<void> {
    const { name } = this.#function('SweepExports');
    for (let before = -1; before !== this.#readLines().passes || this.#cloud.functions.busyCount(name) > 0; ) {
      before = this.#readLines().passes;
      await sleep(REST_MS);
    }
  }

  /** Without a fault: a report is exported, and its requester is told. */
  async quiet(): Promise<void> {
    await this.minutes(3);
    await this.#ready(brief);
    await this.minutes(2);
  }

  /** That file expires, and cannot be removed. */
  async files(): Promise<void> {
    await this.#inject('files', [{ kind: 'error', service: 's3', principal: 'SweepExports', tries: 'all' }]);
    // A transactions file is kept for a day, and removed an hour later; 10 minutes more, and it is overdue.
    await this.#advance(26 * 3_600);
  }

  /** A mail that comes back, one that is reported as spam, and what readers do with a file. */
  async readers(): Promise<void> {
    const { call } = this.#cloud;
    const move = async (user: string, email: string) => {
      const body = { email, name: user, role: 'member' };
      expect((await call('olga', 'PUT', `/v1/members/usr_${user}`, { body })).status).toBeLessThan(300);
      return email;
    };
    const notify = [await move('mel', 'mel+bounce@acme.example'), await move('val', 'val+complaint@acme.example')];
    const { id } = await this.#ready({ ...brief, notify });
    await this.#measured('NotificationsBounced', 1);
    expect((await call('ada', 'GET', `/v1/exports/${id}/download`)).status).toBe(302);
    const body = { kind: 'other', text: 'What is this?' };
    expect((await call('ada', 'POST', `/v1/exports/${id}/feedback`, { body })).status).toBe(201);
    const token = await linkTokenFor(this.#cloud, id as ExportId, -1_000);
    expect((await call('val', 'POST', '/v1/downloads', { body: { token } })).status).toBe(410);
  }

  /** The function that produces a file is killed at it, three times. */
  async killedWorkers(): Promise<void> {
    for (let killed = 1; killed <= 3; killed += 1) {
      await this.#inject('kill', [{ kind: 'kill', service: 's3', principal: 'RunSmallExport', limit: 1 }]);
      const { body } = await this.#cloud.create<ExportView>('ada', quick);
      await until(() => this.#cloud.faults.report().rules.at(-1)?.calls === 1);
      await this.#inject('kill', []);
      // Not by `advance`, which renews the lease of whoever was heard of in the last moments.
      this.#cloud.clock.advance(61);
      await this.#measured('LeasesLapsed', killed);
      expect((await this.#cloud.ended('ada', body.id)).status).toBe('ready');
    }
  }

  /** A large worker that hangs, and with it its memory and vCPUs, until it is lost; the next one hangs until all is stopped. */
  async hangingWorker(): Promise<{ lose(): Promise<void>; stop(): Promise<void> }> {
    const { call, create, tasks, info } = this.#cloud;
    const { body } = await create<ExportView>('mel', long);
    await until(async () => (await call<ExportView>('mel', 'GET', `/v1/exports/${body.id}`)).body.status === 'running');
    let hanging = await this.#hangingTask();
    return {
      lose: async () => {
        tasks.kill(hanging, 'SIGKILL');
        await until(() => tasks.running().every(({ taskArn }) => taskArn !== hanging));
        hanging = await this.#hangingTask();
      },
      stop: async () => {
        const client = new SFNClient(operatorConfig(this.#cloud));
        const machine = info().stateMachineArn.replace(':stateMachine:', ':execution:');
        await client.send(new StopExecutionCommand({ executionArn: `${machine}:${body.id}-1` }));
        client.destroy();
        tasks.kill(hanging, 'SIGKILL');
        // The function that hears of it has no concurrency: a pass has to find out.
        await this.minutes(2);
        expect((await this.#cloud.ended('mel', body.id)).status).toBe('failed');
      },
    };
  }

  async #hangingTask(): Promise<string> {
    const { tasks } = this.#cloud;
    await until(() => tasks.running().length > 0);
    const [task] = tasks.running();
    if (task === undefined) throw new Error('No task runs');
    tasks.kill(task.taskArn, 'SIGSTOP');
    return task.taskArn;
  }

  /** Workers are paused, and exports are asked for all the same; returns their ids. */
  async fillQueue(): Promise<readonly string[]> {
    await this.#cloud.setFlags({ runWorkers: false });
    const asked = Array.from({ length: WAITING + CANCELLED }, () => this.#cloud.create<ExportView>('ada', quick));
    const ids = (await Promise.all(asked)).map(({ body }) => body.id);
    return ids;
  }

  /** No concurrency is left for the function that hears of ended executions, and executions end. */
  async throttledReconciler(ids: readonly string[]): Promise<void> {
    this.#reserve(0);
    for (const id of ids.slice(0, CANCELLED)) {
      expect((await this.#cloud.call('ada', 'POST', `/v1/exports/${id}/cancel`)).status).toBeLessThan(300);
    }
  }

  /** A slot is taken in the pool alone, which no transaction of Waybill's does. */
  async driftedSlot(): Promise<void> {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(operatorConfig(this.#cloud)));
    await client.send(
      new UpdateCommand({
        TableName: this.#cloud.info().tableName,
        Key: keys.pool,
        UpdateExpression: 'ADD running :lost',
        ExpressionAttributeValues: { ':lost': new Set([randomIds.exportId()]) },
      }),
    );
    client.destroy();
  }

  /** The table refuses what a list reads. */
  throttleTable(): Promise<void> {
    return this.#inject('table', [{ kind: 'throttle', service: 'dynamodb', principal: 'ListExports', tries: 'all' }]);
  }

  /** Requests of which most fail, as the table is throttled, and some wait for a lock in the database. */
  async requests(): Promise<void> {
    const { call, database } = this.#cloud;
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    await client.query('BEGIN; LOCK TABLE app.tags IN ACCESS EXCLUSIVE MODE');
    const slow = Array.from({ length: SLOW_REQUESTS }, () =>
      call('ada', 'GET', '/v1/reports/transactions/filters/tagIds/choices'),
    );
    const unlocked = new Promise((resolve) => setTimeout(resolve, LOCKED_MS)).then(() => client.end());
    const failing = Array.from({ length: REQUESTS - SLOW_REQUESTS }, () => call('ada', 'GET', '/v1/exports'));
    await unlocked;
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(Array(SLOW_REQUESTS).fill(200));
    for (const { status } of await Promise.all(failing)) expect(status).toBeGreaterThanOrEqual(500);
  }

  /** Workers are resumed while a table of the database has another name. */
  async failingExports(): Promise<void> {
    const client = new Client({ connectionString: this.#cloud.database.adminUrl });
    await client.connect();
    await client.query('ALTER TABLE app.orders RENAME TO orders_moved');
    await this.#cloud.setFlags({});
    await this.#advance(60);
    await this.#measured('ExportsFailed', WAITING);
    await client.query('ALTER TABLE app.orders_moved RENAME TO orders');
    await client.end();
  }

  /** Executions cannot be started. */
  async unstartedExport(): Promise<void> {
    const rule = { kind: 'error', service: 'states', operation: 'StartExecution', tries: 'all' } as const;
    await this.#inject('start', [rule]);
    await this.#cloud.create('ada', quick);
  }

  /** Every fault is gone; mails arrive, and the hour passes by which their reputation is judged. */
  async recover(): Promise<void> {
    await until(() => this.#readLines().eventLost);
    this.#reserve(undefined);
    this.#rules.clear();
    await this.#cloud.faults.set({ rules: [] });
    await this.#sendMails(REPRESENTATIVE_MAILS);
    await this.#advance(3_660);
    await this.#sendMails(1);
    // Longer than what failed in the last moments before counts.
    await this.minutes(6);
  }

  async #sendMails(count: number): Promise<void> {
    const { plan } = this.#cloud;
    const client = new SESClient(operatorConfig(this.#cloud));
    const mail = new SendEmailCommand({
      Source: 'reports@example.com',
      ConfigurationSetName: plan.configurationSets[0]?.name,
      Destination: { ToAddresses: ['success@simulator.amazonses.com'] },
      Message: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello' } } },
    });
    for (let sent = 0; sent < count; sent += 1) await client.send(mail);
    client.destroy();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }

  /** What an operator sets in Lambda: 0 switches a function off. */
  #reserve(reservedConcurrency: number | undefined): void {
    Object.assign(this.#function('ReconcileExecution'), { reservedConcurrency });
  }

  #function(construct: string) {
    const found = this.#cloud.plan.functions.find(({ name }) => name.includes(construct));
    if (found === undefined) throw new Error(`There is no ${construct}`);
    return found;
  }

  async #ready(request: object): Promise<ExportView> {
    const { status, body } = await this.#cloud.create<ExportView>('ada', request);
    expect([status, body]).toEqual([202, body]);
    const view = await this.#cloud.ended('ada', body.id);
    expect(view.status).toBe('ready');
    return view;
  }

  async #inject(name: string, rules: readonly Rule[]): Promise<void> {
    this.#rules.set(name, rules);
    await this.#cloud.faults.set({ rules: [...this.#rules.values()].flat() });
  }

  /** Waits until this much was told of a count. */
  async #measured(name: MetricName, atLeast: number): Promise<void> {
    await until(() => (this.#readLines().counts.get(name) ?? 0) >= atLeast);
  }

  #readLines() {
    const { output } = this.#cloud;
    for (; this.#told.lines < output.length; this.#told.lines += 1) {
      const line = output[this.#told.lines] ?? '';
      if (line.includes('"message":"swept"')) {
        this.#told.passes += 1;
        this.#told.passedAt = Date.parse(/"timestamp":"([^"]+)"/.exec(line)?.[1] ?? '');
      } else if (line.includes('"_aws"')) {
        for (const [, name = ''] of line.matchAll(/"(\w+)":1\b/g)) {
          this.#told.counts.set(name, (this.#told.counts.get(name) ?? 0) + 1);
        }
      } else if (/Reconciler.*EVENT LOST/.test(line)) this.#told.eventLost = true;
    }
    return this.#told;
  }
}

/** Far longer than anything takes, for machines that are busy with other things. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await isSo(), isSo.toString()).toBe(true), { timeout: 90_000, interval: 20 });
}
