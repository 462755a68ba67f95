import type { Stores } from '../../../adapters/dynamodb/stores.ts';
import { exportRequest } from '../../../core/contract/export-schemas.ts';
import type { Caps } from '../../../core/domain/admission.ts';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import type { ExportRecord } from '../../../core/domain/export-record.ts';
import type { AdmissionStore } from '../../../core/ports/admission-store.ts';
import type { Executions } from '../../../core/ports/executions.ts';
import { createExport } from '../../../core/usecases/create-export.ts';
import { enqueueExport } from '../../../core/usecases/enqueue-export.ts';
import { recordOutcome } from '../../../core/usecases/record-outcome.ts';
import { sweep } from '../../../core/usecases/sweep.ts';
import { DAY, file, T0 } from '../../support/exports.ts';
import { caller, createMemoryDeployment } from '../../support/memory-deployment.ts';
import { AdmissionMeter, type Metered } from './admission-meter.ts';
import { Agenda } from './agenda.ts';

/** One export that will be asked for. Times in milliseconds of virtual time. */
export interface Arrival {
  readonly at: number;
  readonly accountId: string;
  readonly userId: string;
  /** From its admission to its ending. */
  readonly durationMs: number;
}

export interface Ended {
  readonly arrival: Arrival;
  readonly record: ExportRecord;
  /** From the request to the admission. */
  readonly waitMs: number;
}

export interface Simulation extends Metered {
  readonly ended: readonly Ended[];
  /** How long all of it took, in virtual time. */
  readonly tookMs: number;
}

export interface SimulationOptions {
  readonly caps: Caps;
  /** Where the records are. @default in memory */
  readonly stores?: Stores;
  /** Stands for a queue that is not fair, in the tests of this proof. */
  readonly distort?: (admissions: AdmissionStore) => AdmissionStore;
}

const MINUTE = 60_000;

/**
 * Plays arrivals through the real use cases, from the request to the end, in virtual time: executions start at once, a
 * worker takes as long as its arrival says, and the sweeper passes every minute.
 */
export async function simulate(arrivals: readonly Arrival[], options: SimulationOptions): Promise<Simulation> {
  const { caps, distort = (admissions) => admissions } = options;
  const deployment = createMemoryDeployment({ caps, activeLimit: 10 });
  const stores = options.stores ?? deployment.stores;
  const { clock, ids } = deployment;
  const agenda = new Agenda();
  const meter = new AdmissionMeter(distort(stores.admissions), clock);
  const waiting = new Map<string, ExportRef>();
  const arrivalOf = new Map<string, Arrival>();
  const ended: Ended[] = [];

  const executions: Executions = {
    async start(ref) {
      agenda.add(clock.now(), () => enqueue(ref));
      return true;
    },
    async resume(token) {
      const ref = waiting.get(token);
      if (ref === undefined || !waiting.delete(token)) return false;
      agenda.add(clock.now(), () => work(ref));
      return true;
    },
    dismiss: async () => false,
    status: async () => 'RUNNING',
  };
  const deps = { ...deployment.deps, store: stores.exports, attempts: stores.attempts, executions };
  const metered = { ...deps, admissions: meter.admissions };

  const ask = async (arrival: Arrival) => {
    const by = caller(arrival.userId, 'viewer', arrival.accountId);
    const record = await createExport(deps, by, exportRequest.parse({ report: 'guests' }), undefined);
    arrivalOf.set(record.id, arrival);
  };
  const enqueue = async (ref: ExportRef) => {
    const taskToken = `token-of-${ref.exportId}`;
    waiting.set(taskToken, ref);
    await enqueueExport(metered, ref, { taskToken, executionNumber: 1, retryCount: 0 });
  };
  const work = async (ref: ExportRef) => {
    const arrival = arrivalOf.get(ref.exportId);
    const claim = ids.claim();
    const { kind } = await stores.attempts.claim(ref, claim, clock.now());
    if (kind !== 'claimed' || !arrival) throw new Error(`${ref.exportId} is ${kind}`);
    agenda.add(clock.now() + arrival.durationMs, () => finish(ref, arrival, claim));
  };
  const finish = async (ref: ExportRef, arrival: Arrival, claim: string) => {
    const now = clock.now();
    const ready = { to: 'ready', file, expiresAt: now + 7 * DAY } as const;
    await stores.exports.end(ref, ready, { kind: 'claim', claim }, { by: 'worker', at: now });
    meter.ended(ref.accountId);
    await recordOutcome(metered, ref, undefined);
    const record = await stores.exports.get(ref);
    if (record?.admittedAt === undefined) throw new Error(`${ref.exportId} ended without its turn`);
    ended.push({ arrival, record, waitMs: record.admittedAt - record.createdAt });
  };
  const pass = async () => {
    const { failures } = await sweep({ ...deps, admissions: distort(stores.admissions) });
    if (failures.length > 0) throw new AggregateError(failures, 'the sweeper failed');
    meter.afterSweep(await stores.admissions.readQueue());
    if (ended.length < arrivals.length) agenda.add(clock.now() + MINUTE, pass);
  };

  for (const arrival of arrivals) agenda.add(T0 + arrival.at, () => ask(arrival));
  agenda.add(T0 + MINUTE, pass);
  await agenda.run((at) => deployment.advance(at - clock.now()));
  return { ...meter.result(), ended, tookMs: Math.max(...ended.map(({ record }) => record.endedAt ?? 0)) - T0 };
}
