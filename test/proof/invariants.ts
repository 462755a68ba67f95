import { createHash } from 'node:crypto';
import { type FailureCode, failureCodes, failureOf } from '../../core/domain/failure.ts';
import { attemptPrefix, exportPrefix } from '../../core/domain/file-keys.ts';
import { isTerminal, MAX_ATTEMPTS } from '../../core/domain/lifecycle.ts';
import type { Evidence, ExportEvidence, Witness } from './evidence.ts';
import { mailsMissingOrDoubled, mailsTooEarly } from './mail-invariants.ts';
import { filesOf, manifestOf, rowsIn, type VouchedFile } from './published-files.ts';

/** What one invariant came to. */
export interface Verdict {
  readonly id: string;
  readonly statement: string;
  /** How many things were looked at. */
  readonly checked: number;
  readonly violations: readonly string[];
}

export interface InvariantContext {
  readonly witness: Pick<Witness, 'read'>;
  /** The rows an export should have, by the database's own count. */
  readonly rowsExpected: (record: ExportEvidence['record']) => Promise<number>;
  /** The largest number of exports that held a slot at once. */
  readonly poolPeak: number;
  readonly poolCap: number;
}

type Check = (evidence: Evidence, context: InvariantContext) => Promise<Violations> | Violations;

/** What is wrong with each thing that was looked at; nothing where all is well. */
type Violations = readonly (readonly string[])[];

interface Invariant {
  readonly id: string;
  readonly statement: string;
  readonly check: Check;
}

/** The guarantees of the lifecycle, as far as they show from outside, and that nothing is left over. */
const invariants: readonly Invariant[] = [
  {
    id: 'I1',
    statement: 'at most one file, or one set of part files, is ever published per export',
    check: ({ exports, objects }) =>
      exports.map(({ record, events }) => {
        const publications = events.filter(({ type }) => type === 'ready').length;
        const files = objects.filter(({ key }) => key.startsWith(exportPrefix(refOf(record))));
        return [
          ...wrong(publications > 1, `${record.id} became ready ${publications} times`),
          ...wrong(
            files.length > 1 + (record.file?.partFiles ?? 1),
            `${record.id} has ${files.map(({ key }) => key).join(', ')}`,
          ),
        ];
      }),
  },
  {
    id: 'I2',
    statement: 'terminal states are immutable',
    check: ({ exports }) =>
      exports.map(({ record, events }) => wrong(!endsOnce(record, events), timeline(record, events))),
  },
  {
    id: 'I3',
    statement: 'ready implies the object exists with the recorded size and checksum',
    check: ({ exports, objects }, { witness }) =>
      Promise.all(
        published(exports).map(async ({ record }) => {
          if (record.file === undefined) return [`${record.id} is ready without a file`];
          const files = await filesOf(record, witness);
          const found = await Promise.all(
            files.map(async (file) => {
              if (!objects.some(({ key }) => key === file.key)) return [`${record.id}: ${file.key} is not there`];
              const content = await witness.read(file.key);
              return [
                ...wrong(
                  content.length !== file.bytes,
                  `${record.id}: ${content.length} bytes, recorded ${file.bytes}`,
                ),
                ...wrong(sha256(content) !== file.sha256, `${record.id}: another SHA-256 than recorded`),
              ];
            }),
          );
          return [...found.flat(), ...(await wrongManifest(record, files, witness))];
        }),
      ),
  },
  {
    id: 'I4',
    statement: 'a published object is never overwritten',
    check: ({ exports, objects }, { witness }) =>
      Promise.all(
        published(exports).map(async ({ record }) => {
          const keys = (await filesOf(record, witness)).map(({ key }) => key);
          const written = objects.filter(({ key }) => keys.includes(key)).map(({ lastModified }) => lastModified);
          const late = Math.max(0, ...written) - (record.readyAt ?? 0);
          // S3 tells whole seconds.
          return wrong(late > 1_000, `${record.id}: an object was written ${late} ms after it was published`);
        }),
      ),
  },
  {
    id: 'I5',
    statement: 'nothing is notified before the file is there',
    check: mailsTooEarly,
  },
  {
    id: 'I6',
    statement: 'slots taken are the exports admitted and not ended, and never more than there are',
    check: ({ exports, occupied }, { poolPeak, poolCap }) => [
      ...occupied.map(({ item, exportId }) => {
        const found = exports.find(({ record }) => record.id === exportId);
        return wrong(!found || isTerminal(found.record.status), `${item} still holds ${exportId}`);
      }),
      wrong(poolPeak > poolCap, `${poolPeak} exports held a slot at once; there are ${poolCap}`),
    ],
  },
  {
    id: 'I7',
    statement: 'one owner per attempt',
    check: ({ exports }) =>
      exports.map(({ record, events }) => {
        const claimed = events.filter(({ type }) => type === 'claimed').map(({ details }) => details.attempt);
        const expected = Array.from({ length: record.attempt }, (_, index) => index + 1);
        return [
          ...wrong(
            claimed.join() !== expected.join(),
            `${record.id}: attempts ${claimed}, at number ${record.attempt}`,
          ),
          ...wrong(
            record.attempt - record.uncountedAttempts > MAX_ATTEMPTS,
            `${record.id}: ${record.attempt} attempts`,
          ),
        ];
      }),
  },
  {
    id: 'I8',
    statement: 'at most one automatic retry per stuck root',
    check: ({ exports }) =>
      exports.map(({ record }) => {
        const retries = exports.filter(
          (other) => other.record.automaticRetry && other.record.retryOf === record.id,
        ).length;
        return [
          ...wrong(retries > 1, `${record.id} was retried ${retries} times`),
          ...wrong(retries > 0 && record.automaticRetry === true, `${record.id} is a retry and was retried`),
        ];
      }),
  },
  {
    id: 'I9',
    statement: 'only the current claim can publish',
    check: ({ exports }) =>
      published(exports).map(({ record, attempt }) => {
        const prefix = attemptPrefix(refOf(record), record.attempt, attempt?.claim ?? '');
        const isCurrent = attempt?.number === record.attempt && record.endedWithClaim === attempt.claim;
        return wrong(
          !isCurrent || record.file?.key.startsWith(prefix) !== true,
          `${record.id}: ${record.file?.key} is not of attempt ${record.attempt}, claim ${attempt?.claim}`,
        );
      }),
  },
  {
    id: 'I10',
    statement: 'only exports that are queued and not admitted are ever failed as stuck',
    check: ({ exports }) =>
      exports
        .filter(({ record }) => record.failure?.code === 'stuck_in_queue')
        .map(({ record }) =>
          wrong(
            record.admittedAt !== undefined || record.attempt > 0,
            `${record.id} was admitted, and failed as stuck`,
          ),
        ),
  },
  {
    id: 'I11',
    statement: 'never a silently short file: its rows are the database’s own count, and the waybill says so',
    check: ({ exports }, { witness, rowsExpected }) =>
      Promise.all(
        published(exports).map(async ({ record }) => {
          const { file } = record;
          if (file === undefined) return [`${record.id} is ready without a file`];
          let rows = 0;
          for (const { key } of await filesOf(record, witness))
            rows += rowsIn(record.snapshot, await witness.read(key));
          const expected = await rowsExpected(record);
          const waybill = (await manifestOf(record, witness))?.waybill;
          // That of several files is vouched for by the record, and vouches for each of them.
          const isOfFile = waybill?.schemaVersion === 2 || waybill?.file.sha256 === file.sha256;
          const same = isOfFile && waybill?.file.rows === rows;
          return [
            ...wrong(rows !== expected, `${record.id} has ${rows} rows, the database ${expected}`),
            ...wrong(rows !== file.rows, `${record.id} has ${rows} rows, recorded ${file.rows}`),
            ...wrong(!same || waybill?.exportId !== record.id, `${record.id}: its waybill is of another file`),
          ];
        }),
      ),
  },
  {
    id: 'I12',
    statement: 'with workers up, every export ends, and its execution with it',
    check: ({ exports, executions }) => [
      ...exports.map(({ record }) => wrong(!isTerminal(record.status), `${record.id} is still ${record.status}`)),
      ...executions.map(({ name, status }) => wrong(status === 'RUNNING', `execution ${name} is still running`)),
    ],
  },
  {
    id: 'mails',
    statement: 'everybody is told how an export ended, and once, but for a try whose outcome nobody knows',
    check: mailsMissingOrDoubled,
  },
  {
    id: 'failures',
    statement: 'every failure is visible with a safe reason',
    check: ({ exports }) =>
      exports
        .filter(({ record }) => record.status === 'failed')
        .map(({ record }) => {
          const { failure } = record;
          const isSafe = failure && failureCodes.includes(failure.code) && failure.message === messageOf(failure.code);
          return wrong(!isSafe, `${record.id} failed with ${JSON.stringify(failure)}`);
        }),
  },
  {
    id: 'leftovers',
    statement: 'nothing is in the bucket but published files with their waybills, and no upload is open',
    check: async ({ exports, objects, uploads }, { witness }) => {
      const files = await Promise.all(published(exports).map(({ record }) => filesOf(record, witness)));
      const manifests = published(exports).map(({ record }) => record.file?.waybillKey);
      const kept = new Set([...files.flat().map(({ key }) => key), ...manifests]);
      return [
        ...objects.map(({ key }) => wrong(!kept.has(key), `${key} belongs to nothing`)),
        ...uploads.map((key) => [`the upload of ${key} is open`]),
      ];
    },
  },
];

/** Judges what was found once everything had come to rest. */
export async function judge(evidence: Evidence, context: InvariantContext): Promise<readonly Verdict[]> {
  return Promise.all(
    invariants.map(async ({ id, statement, check }) => {
      const results = await check(evidence, context);
      return { id, statement, checked: results.length, violations: results.flat() };
    }),
  );
}

/** Several files are vouched for by a manifest, whose SHA-256 is the record's, and add up to what is recorded. */
async function wrongManifest(
  record: ExportEvidence['record'],
  files: readonly VouchedFile[],
  witness: InvariantContext['witness'],
): Promise<readonly string[]> {
  const { file } = record;
  if (file?.partFiles === undefined) return [];
  const manifest = await manifestOf(record, witness);
  const [bytes, rows] = [sum(files, (each) => each.bytes), sum(files, (each) => each.rows)];
  return [
    ...wrong(!manifest || sha256(manifest.text) !== file.sha256, `${record.id}: another manifest than recorded`),
    ...wrong(files.length !== file.partFiles, `${record.id}: ${files.length} files, recorded ${file.partFiles}`),
    ...wrong(
      bytes !== file.bytes || rows !== file.rows,
      `${record.id}: its files add up to ${bytes} bytes, ${rows} rows`,
    ),
  ];
}

function sum(files: readonly VouchedFile[], of: (file: VouchedFile) => number): number {
  return files.reduce((total, file) => total + of(file), 0);
}

function wrong(isWrong: boolean, what: string): readonly string[] {
  return isWrong ? [what] : [];
}

function refOf({ accountId, id: exportId }: ExportEvidence['record']) {
  return { accountId, exportId };
}

/** Exports whose file must be there. */
function published(exports: readonly ExportEvidence[]): readonly ExportEvidence[] {
  return exports.filter(({ record }) => record.status === 'ready' && record.erasedAt === undefined);
}

const endings: readonly string[] = ['ready', 'failed', 'cancelled'];
/** What may follow an ending in a timeline. */
const afterEnding: readonly string[] = [
  'downloaded',
  'download_refused',
  'announced',
  'feedback',
  'retried',
  'expired',
  'erased',
];
const aboutMail = /^mail_/;

function endsOnce(record: ExportEvidence['record'], events: ExportEvidence['events']): boolean {
  const end = events.findIndex(({ type }) => endings.includes(type));
  const isGapless = events.every(({ version }, index) => version === index + 1);
  if (!isGapless || events.at(-1)?.version !== record.version) return false;
  if (end < 0) return !isTerminal(record.status);
  const ending = events[end]?.type;
  const became = record.status === 'expired' ? 'ready' : record.status;
  return (
    became === ending && events.slice(end + 1).every(({ type }) => afterEnding.includes(type) || aboutMail.test(type))
  );
}

function timeline({ id, status }: ExportEvidence['record'], events: ExportEvidence['events']): string {
  return `${id} is ${status}: ${events.map(({ version, type }) => `${version} ${type}`).join(', ')}`;
}

function messageOf(code: FailureCode): string {
  return failureOf(code).message;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
