import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { storedMemberships } from '../../adapters/memberships.ts';
import { exportRequest } from '../../core/contract/export-schemas.ts';
import type { Caps } from '../../core/domain/admission.ts';
import type { Catalog } from '../../core/domain/catalog.ts';
import { encodeCrc32 } from '../../core/domain/checksum.ts';
import type { ExportRef } from '../../core/domain/export-id.ts';
import type { ExportFile, ExportRecord } from '../../core/domain/export-record.ts';
import { attemptPrefix, WAYBILL_FILE_NAME } from '../../core/domain/file-keys.ts';
import type { Role } from '../../core/domain/permissions.ts';
import { defineReport } from '../../core/domain/report.ts';
import type { RolloutFlags } from '../../core/domain/rollout-flags.ts';
import { sql } from '../../core/domain/sql.ts';
import type { Ids } from '../../core/ports/ids.ts';
import type { LinkSigner } from '../../core/ports/link-signer.ts';
import type { Caller } from '../../core/usecases/caller.ts';
import { createExport } from '../../core/usecases/create-export.ts';
import { enqueueExport } from '../../core/usecases/enqueue-export.ts';
import { sweep } from '../../core/usecases/sweep.ts';
import { DAY, exportId, feedbackId, T0 } from './exports.ts';
import { FakeExecutions } from './fake-executions.ts';
import { everythingKnown } from './memory-choices.ts';
import { MemoryFiles } from './memory-files.ts';
import { memoryMailer } from './memory-mailer.ts';
import { createMemoryStores } from './memory-stores.ts';
import { csvPartFiles } from './part-files.ts';

const columns = { id: { header: 'Id', type: 'integer' }, guest: { header: 'Guest', type: 'text' } } as const;

/** Viewers may have it; it has a scope, and an owner column that limits people to their own rows. */
const guests = defineReport({
  id: 'guests',
  version: 2,
  title: 'Guests',
  description: 'For tests',
  group: 'Events',
  permission: 'reports:events',
  filters: z.object({ event: z.string().optional(), from: z.iso.date().optional() }),
  scope: 'event',
  columns,
  key: ['id'],
  formats: ['csv', 'tsv'],
  source: { kind: 'postgres', accountColumn: 'account', ownerColumn: 'owner', query: () => sql`SELECT 1` },
});

/** Only admins may have it. */
const orders = defineReport({
  id: 'orders',
  version: 1,
  title: 'Orders',
  description: 'For tests',
  group: 'Sales',
  permission: 'reports:orders',
  filters: z.object({ from: z.iso.date().optional() }),
  columns,
  key: ['id'],
  formats: ['csv'],
  retentionDays: 7,
  source: { kind: 'postgres', accountColumn: 'account', query: () => sql`SELECT 1` },
});

export const testCatalog: Catalog = { reports: [guests, orders] };

/** A person as their membership says. */
export function caller(userId: string, role: Role = 'viewer', accountId = 'acme'): Caller {
  return { accountId, userId, email: `${userId}@${accountId}.test`, name: userId, role };
}

export const val = caller('val');
export const ada = caller('ada', 'admin');

/** Everything the use cases need, in memory but for other stores, with time, flags and faults in the test's hands. */
export type MemoryDeployment = ReturnType<typeof createMemoryDeployment>;

export function createMemoryDeployment(
  options: { caps?: Caps; activeLimit?: number; stores?: ReturnType<typeof createMemoryStores> } = {},
) {
  const stores = options.stores ?? createMemoryStores();
  const executions = new FakeExecutions();
  const files = new MemoryFiles();
  const mailer = memoryMailer();
  const flags = { acceptExports: true, runWorkers: true, allowDownloads: true };
  const time = { now: T0 };
  const clock = { now: () => time.now };
  const ids = countingIds();
  const deps = {
    catalog: testCatalog,
    store: stores.exports,
    members: stores.memberships,
    feedback: stores.feedback,
    accessRequests: stores.accessRequests,
    memberships: storedMemberships(stores.memberships),
    admissions: stores.admissions,
    attempts: stores.attempts,
    ranges: stores.ranges,
    executions,
    files,
    mailer,
    mailAddresses: stores.mailAddresses,
    webhooks: stores.webhooks,
    links: plainLinks,
    webUrl: 'https://reports.test',
    rollout: { flags: async (): Promise<RolloutFlags> => ({ ...flags }) },
    clock,
    ids,
    caps: options.caps ?? { pool: 4, account: 2 },
    activeLimit: options.activeLimit ?? 10,
    choices: everythingKnown,
    onUnchecked: () => {},
  };
  const find = async (ref: ExportRef): Promise<ExportRecord> => {
    const record = await stores.exports.get(ref);
    if (record === undefined) throw new Error(`there is no ${ref.exportId}`);
    return record;
  };

  return {
    ...deps,
    deps,
    flags,
    stores,
    find,
    advance(milliseconds: number): void {
      time.now += milliseconds;
    },
    sweep: () => sweep(deps),
    /** Asks for the guests, as the API does. */
    async create(by: Caller = val, request: object = {}, idempotencyKey?: string): Promise<ExportRef> {
      const parsed = exportRequest.parse({ report: 'guests', ...request });
      return refOf(await createExport(deps, by, parsed, idempotencyKey));
    },
    /** The export's execution comes to its Queued state. */
    async enqueue(ref: ExportRef): Promise<void> {
      await enqueueExport(deps, ref, executions.runQueued(ref, (await find(ref)).executionNumber));
    },
    /** Created, waiting or admitted, as there is room. */
    async createQueued(by: Caller = val, request: object = {}): Promise<ExportRef> {
      const ref = await this.create(by, request);
      await this.enqueue(ref);
      return ref;
    },
    async createRunning(by: Caller = val, request: object = {}): Promise<ExportRef & { claim: string }> {
      const ref = await this.createQueued(by, request);
      const claim = ids.claim();
      const outcome = await stores.attempts.claim(ref, claim, clock.now());
      if (outcome.kind !== 'claimed') throw new Error(`not claimed: ${outcome.kind}`);
      return { ...ref, claim };
    },
    /** Created, run and published, with its file and waybill. */
    async createReady(by: Caller = val, request: object = {}): Promise<ExportRef & { file: ExportFile }> {
      const ref = await this.createRunning(by, request);
      const file = await putFile(files, ref, 1, ref.claim);
      const ending = { to: 'ready', file, expiresAt: clock.now() + 7 * DAY } as const;
      await stores.exports.end(ref, ending, { kind: 'claim', claim: ref.claim }, { by: 'worker', at: clock.now() });
      return { ...ref, file };
    },
    /** The same of several files, with so many rows each. */
    async createReadyInPartFiles(rows: readonly number[], by: Caller = val) {
      const ref = await this.createRunning(by, { partFiles: true });
      const { file, waybill, objects } = csvPartFiles(await find(ref), ref.claim, 'guests.csv', rows);
      for (const { key, body } of objects) {
        await files.putText(key, body.toString(), { contentType: 'text/csv', retentionDays: 7 });
      }
      const ending = { to: 'ready', file, expiresAt: clock.now() + 7 * DAY } as const;
      await stores.exports.end(ref, ending, { kind: 'claim', claim: ref.claim }, { by: 'worker', at: clock.now() });
      return { ...ref, file, waybill };
    },
  };
}

export function refOf(record: Pick<ExportRecord, 'accountId' | 'id'>): ExportRef {
  return { accountId: record.accountId, exportId: record.id };
}

/** Uploads a small file and its manifest to where this attempt has its place. */
export async function putFile(files: MemoryFiles, ref: ExportRef, attempt: number, claim: string): Promise<ExportFile> {
  const prefix = attemptPrefix(ref, attempt, claim);
  const body = Buffer.from(`Id,Guest\r\n1,${claim}\r\n`);
  const file: ExportFile = {
    name: 'guests.csv',
    key: `${prefix}guests.csv`,
    waybillKey: prefix + WAYBILL_FILE_NAME,
    bytes: body.length,
    rows: 1,
    sha256: createHash('sha256').update(body).digest('hex'),
  };
  const options = { contentType: 'text/csv', retentionDays: 7 };
  const upload = await files.beginUpload(file.key, options);
  await upload.part(1, body);
  await upload.complete({ bytes: body.length, crc32: encodeCrc32(crc32(body)) });
  await files.putText(file.waybillKey, '{}', options);
  return file;
}

/** Tokens that anybody can read, and make. */
const plainLinks: LinkSigner = {
  sign: async (link) => Buffer.from(JSON.stringify(link)).toString('base64url'),
  verify: async (token) => JSON.parse(Buffer.from(token, 'base64url').toString()),
};

function countingIds(): Ids {
  let exports = 0;
  let claims = 0;
  let feedback = 0;
  let notifications = 0;
  return {
    exportId: () => exportId(++exports),
    feedbackId: () => feedbackId(++feedback),
    claim: () => `claim-${++claims}`,
    notificationId: () => `mail-${++notifications}`,
  };
}
