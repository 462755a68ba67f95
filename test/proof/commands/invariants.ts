import { createHash } from 'node:crypto';
import type { ExportRecord } from '../../../core/domain/export-record.ts';
import { isTerminal } from '../../../core/domain/lifecycle.ts';
import { HOUR } from '../../support/exports.ts';
import { CAPS, type Environment } from './environment.ts';

/** What may never change again once it was seen. */
interface Seen {
  /** How the export ended. */
  ending?: string;
  /** The published object: its key and body. */
  published?: { readonly key: string; readonly body: Buffer };
  version: number;
}

/**
 * The guarantees as anybody can see them in records, queue and storage, without the reference model. Those about
 * content (I11: no short file) belong to the pipeline; I12 is checked when a run of commands is over.
 */
export class Invariants {
  readonly #seen = new Map<string, Seen>();
  readonly #claims = new Map<string, string>();
  #mailsSeen = 0;
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** @throws Error naming the guarantee that does not hold */
  async check(): Promise<void> {
    const records: ExportRecord[] = [];
    for (const ref of this.#env.refs) {
      const state = await this.#env.store.getWithAttempt(ref);
      if (state === undefined) throw new Error(`${ref.exportId} is gone`);
      const { record, attempt } = state;
      records.push(record);
      const seen = this.#seen.get(record.id) ?? { version: 0 };
      this.#seen.set(record.id, seen);
      this.#checkFile(record, seen);
      checkEnding(record, seen);
      if (attempt) this.#checkOwner(record, attempt);
      await this.#checkTimeline(record, seen);
      if (record.failure?.code === 'stuck_in_queue') {
        must('I10', record.admittedAt === undefined && record.attempt === 0, `${record.id} had its turn`);
      }
    }
    checkRetries(records);
    this.#checkMails(records);
    await this.#checkSlots(records);
  }

  /** I1, I3, I4: what is published is one object, is what the record says, and stays as it is. */
  #checkFile(record: ExportRecord, seen: Seen): void {
    const { status, file, expiresAt = 0 } = record;
    if (file === undefined) {
      must(
        'I3',
        (status !== 'ready' && status !== 'expired') || record.erasedAt !== undefined,
        `${record.id} has none`,
      );
      return;
    }
    must('I1', seen.published === undefined || seen.published.key === file.key, `${record.id} has a second file`);
    const body = this.#env.files.objects.get(file.key)?.body;
    if (body === undefined) {
      must('I3', this.#env.clock.now() >= expiresAt + HOUR, `${record.id} is ${status} without ${file.key}`);
      return;
    }
    if (seen.published === undefined) {
      const sha256 = createHash('sha256').update(body).digest('hex');
      must('I3', body.length === file.bytes && sha256 === file.sha256, `${file.key} is not what was recorded`);
      seen.published = { key: file.key, body };
    }
    must('I4', seen.published.body === body, `${file.key} was written over`);
  }

  /** I7: an attempt has one owner, for good. */
  #checkOwner(record: ExportRecord, attempt: { readonly number: number; readonly claim: string }): void {
    const key = `${record.id}/${attempt.number}`;
    must('I7', attempt.number === record.attempt, `${key} beside ${record.attempt}`);
    must('I7', (this.#claims.get(key) ?? attempt.claim) === attempt.claim, `${key} has changed hands`);
    this.#claims.set(key, attempt.claim);
  }

  /** Every change has its line; I5: nobody is told ready without a file. */
  async #checkTimeline(record: ExportRecord, seen: Seen): Promise<void> {
    if (seen.version === record.version) return;
    const events = await this.#env.store.events(record.id);
    const versions = events.map(({ version }) => version).join();
    must('timeline', versions === events.map((_, index) => index + 1).join(), `${record.id} has ${versions}`);
    must('timeline', events.length === record.version, `${record.id} is at ${record.version}`);
    const toldReady = events.some(({ type }) => type === 'ready');
    must('I5', !toldReady || seen.published !== undefined, `${record.id} was told ready without a file`);
    seen.version = record.version;
  }

  /** I5: mails are about exports that have failed, or whose file is there to be fetched. */
  #checkMails(records: readonly ExportRecord[]): void {
    const { sent } = this.#env.mailer;
    for (const { tags } of sent.slice(this.#mailsSeen)) {
      const record = records.find(({ id }) => id === tags.exportId);
      const isThere = record !== undefined && this.#seen.get(record.id)?.published !== undefined;
      must('I5', isThere || record?.status === 'failed', `a mail told of ${tags.exportId}, which is ${record?.status}`);
    }
    this.#mailsSeen = sent.length;
  }

  /** I6: the slots are those of exports that were admitted and have not ended, and no more than there are. */
  async #checkSlots(records: readonly ExportRecord[]): Promise<void> {
    const { pool, accounts } = await this.#env.admissions.readQueue();
    const admitted = records.filter(({ admittedAt, status }) => admittedAt !== undefined && !isTerminal(status));
    const ids = (each: readonly ExportRecord[]) => each.map(({ id }) => id).sort();
    must('I6', same([...pool.running].sort(), ids(admitted)), 'the pool differs from what was admitted');
    must('I6', pool.running.size <= CAPS.pool, 'the pool is over its cap');
    for (const { accountId, running } of accounts) {
      const own = admitted.filter((record) => record.accountId === accountId);
      must('I6', same([...running].sort(), ids(own)), `${accountId} differs from what was admitted`);
      must('I6', running.size <= CAPS.account, `${accountId} is over its cap`);
    }
  }
}

/** I2: how an export ended is never changed; only a ready one expires. */
function checkEnding(record: ExportRecord, seen: Seen): void {
  const { status, endedAt, endedWithClaim, failure, readyAt, attempt } = record;
  if (!isTerminal(status)) {
    must('I2', seen.ending === undefined, `${record.id} is ${status} again`);
    return;
  }
  const how = status === 'expired' ? 'ready' : status;
  const ending = JSON.stringify([how, endedAt, endedWithClaim, failure, readyAt, attempt]);
  must('I2', (seen.ending ?? ending) === ending, `${record.id} ended as ${seen.ending}, then as ${ending}`);
  must('I9', status !== 'ready' || endedWithClaim !== undefined, `${record.id} is ready by nobody's claim`);
  seen.ending = ending;
}

/** I8: one automatic retry for a stuck export, and none for the retry. */
function checkRetries(records: readonly ExportRecord[]): void {
  const automatic = records.filter((record) => record.automaticRetry);
  const originals = automatic.map(({ retryOf }) => retryOf);
  must('I8', new Set(originals).size === originals.length, 'an export was retried by itself twice');
  must('I8', !automatic.some(({ id }) => originals.includes(id)), 'an automatic retry was retried by itself');
}

function must(guarantee: string, holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`${guarantee}: ${otherwise}`);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
