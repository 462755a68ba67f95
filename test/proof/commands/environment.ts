import type { ExportRef } from '../../../core/domain/export-id.ts';
import type { ExportFile } from '../../../core/domain/export-record.ts';
import { attemptPrefix, exportPrefix } from '../../../core/domain/file-keys.ts';
import { LEASE_MS } from '../../../core/domain/lifecycle.ts';
import type { Caller } from '../../../core/usecases/caller.ts';
import { caller, createMemoryDeployment, putFile } from '../../support/memory-deployment.ts';

export const ACTIVE_LIMIT = 4;
export const CAPS = { pool: 3, account: 2 };

/** Two accounts; in the first a person who reads everyone's exports, and two who read their own. */
export const people: readonly Caller[] = [
  caller('val'),
  caller('mel', 'member'),
  caller('ada', 'admin'),
  caller('gus', 'owner', 'globex'),
];

/** What the environment answers when it is told to fail. */
export class InjectedFault extends Error {}

/** A worker process. It may be a zombie: nobody tells it that its claim is lost. */
export interface Worker {
  readonly ref: ExportRef;
  readonly claim: string;
  readonly attempt: number;
  /** When it last knew its claim to be good. Without that it stops after a lease. */
  lastAliveAt: number;
  file?: ExportFile;
}

/** The use cases on in-memory stores, and everything around them that commands play: executions, workers, faults. */
export type Environment = ReturnType<typeof createEnvironment>;

export function createEnvironment() {
  const deployment = createMemoryDeployment({ caps: CAPS, activeLimit: ACTIVE_LIMIT });
  for (const person of people) void deployment.stores.memberships.put(person);
  const faults = { starts: false, signals: false, mails: false, mailReplies: false };
  deployment.executions.beforeCall = (operation) => {
    const failing = operation === 'start' ? faults.starts : operation !== 'status' && faults.signals;
    if (failing) throw new InjectedFault(operation);
  };
  deployment.mailer.beforeSend = () => {
    if (faults.mails) throw new InjectedFault('the mail was not sent');
  };
  deployment.mailer.afterSend = () => {
    if (faults.mailReplies) throw new InjectedFault('the reply was lost');
  };
  const workers: Worker[] = [];
  return {
    ...deployment,
    faults,
    workers,
    /** Exports in the order they came to exist. */
    refs: [] as ExportRef[],
    async startWorker(ref: ExportRef, claim: string, attempt: number): Promise<void> {
      workers.push({ ref, claim, attempt, lastAliveAt: deployment.clock.now() });
      const key = `${attemptPrefix(ref, attempt, claim)}guests.csv`;
      await deployment.files.beginUpload(key, { contentType: 'text/csv', retentionDays: 7 });
    },
    /** Uploads the worker's file and drops the upload it had begun with. */
    async upload(worker: Worker): Promise<void> {
      worker.file = await putFile(deployment.files, worker.ref, worker.attempt, worker.claim);
      discardUploads(worker);
    },
    async discard(worker: Worker): Promise<void> {
      discardUploads(worker);
      if (worker.file) await deployment.files.remove([worker.file.key, worker.file.waybillKey]);
    },
    /** Whether a worker still works: one that has not known its claim to be good for a lease has stopped. */
    works: (worker: Worker) => deployment.clock.now() - worker.lastAliveAt < LEASE_MS,
    /** Keys of objects and of unfinished uploads that an export has. */
    async stored(ref: ExportRef): Promise<readonly string[]> {
      const { keys, uploads } = await deployment.files.contents(exportPrefix(ref));
      return [...keys, ...uploads.map(({ key }) => key)];
    },
  };

  function discardUploads({ ref, attempt, claim }: Worker): void {
    const prefix = attemptPrefix(ref, attempt, claim);
    for (const [id, { key }] of deployment.files.uploads) {
      if (key.startsWith(prefix)) deployment.files.uploads.delete(id);
    }
  }
}
