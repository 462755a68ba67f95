import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportRecord } from '../../../core/domain/export-record.ts';
import type { FaultSettings } from '../../../local/faults/fault-rule.ts';
import type { Answer } from '../../e2e/test-cloud.ts';
import { insist } from '../insistent-client.ts';
import type { ProofCloud } from '../proof-cloud.ts';
import type { Stage } from './stages.ts';

/** How long a scenario may take until everything it began has ended. */
export const SETTLE_LIMIT_MS = 120_000;

const ONE_LOOK_MS = 20;

export type FaultRules = FaultSettings['rules'];

/** A part of an export's life, in which every call to AWS is a point where something may break. */
export interface Scenario {
  readonly name: string;
  /** Where it takes place. @default usualStage */
  readonly stage?: Stage;
  /** What tasks must log when nothing is broken; else the scenario would be about something else than it says. */
  readonly shows?: readonly string[];
  /** What must have happened before; not broken, and not looked at. @default nothing */
  readonly prepare?: (cloud: ProofCloud) => Promise<string>;
  /** What is wrong all along, so that calls are made that are made only then. @default nothing */
  readonly faults?: FaultRules;
  /** @param id of the export that was prepared */
  readonly run: (cloud: ProofCloud, id: string) => Promise<unknown>;
}

/** Completing an upload takes four heartbeats, so that whoever carries an export surely sends some. */
export const slowUploads: FaultRules = [{ kind: 'delay', operation: 'CompleteMultipartUpload', delayMs: 4_000 }];

/** Measuring fails as often as it is tried. */
export const failingMeasure: FaultRules = [{ kind: 'error', principal: 'MeasureExport', tries: 'all' }];

let requests = 0;

/** Headers of a request that may be sent again. */
export function once(): Record<string, string> {
  requests += 1;
  return { 'idempotency-key': `scenario-${requests}` };
}

/** Queues an export as a good client does: with a key, until it is accepted. */
async function create(cloud: ProofCloud, user: string, form: object = {}): Promise<string> {
  const headers = once();
  return (await insist(() => cloud.create(user, { report: 'orders', filters: {}, ...form }, headers))).id;
}

/** One that a function carries, of globex. */
export const createSmall = (cloud: ProofCloud) => create(cloud, 'gus');

/** One that a task carries, or several, of acme. */
export const createLarge = (cloud: ProofCloud) => create(cloud, 'ada');

/** One that may be several files. */
export const createPartFiles = (cloud: ProofCloud) => create(cloud, 'ada', { partFiles: true });

export async function createReady(cloud: ProofCloud): Promise<string> {
  const id = await createSmall(cloud);
  await cloud.settle(SETTLE_LIMIT_MS);
  return id;
}

/** One that lives and ends while something is wrong, which then is no more. */
export async function createUnder(rules: FaultRules, cloud: ProofCloud): Promise<string> {
  await cloud.faults.set({ rules });
  const id = await createReady(cloud);
  await cloud.faults.set({ rules: [] });
  return id;
}

/** One that waits in the queue, while nobody has the slots. */
export async function createWaiting(cloud: ProofCloud): Promise<string> {
  await cloud.fillPool();
  const id = await createSmall(cloud);
  await untilWaiting(cloud, id);
  return id;
}

export const cancel = (cloud: ProofCloud, user: string, id: string) =>
  insist(() => cloud.call(user, 'POST', `/v1/exports/${id}/cancel`));

export const untilRunning = (cloud: ProofCloud, id: string) => until(cloud, id, ({ status }) => status !== 'queued');

/** Its execution has come to the queue. */
export const untilWaiting = (cloud: ProofCloud, id: string) =>
  until(cloud, id, ({ status, taskToken }) => status !== 'queued' || taskToken !== undefined);

export async function until(cloud: ProofCloud, id: string, isSo: (record: ExportRecord) => boolean): Promise<void> {
  for (;;) {
    // A fault may have taken what is waited for; then time brings it.
    await cloud.settle(ONE_LOOK_MS);
    const found = (await cloud.witness.exports()).find(({ record }) => record.id === id);
    if (found !== undefined && isSo(found.record)) return;
  }
}

/** Repeats a request until it is answered with anything but a failure of the server. */
export async function answered<Body>(send: () => Promise<Answer<Body>>): Promise<Answer<Body>> {
  for (;;) {
    const answer = await send();
    if (answer.status < 500) return answer;
    await sleep(50);
  }
}
