import { isLive } from '../../core/domain/attempts.ts';
import { isTerminal, type Status, statuses } from '../../core/domain/lifecycle.ts';
import { exportsInState, type FoundExport } from '../../core/usecases/active-exports.ts';
import { type Call, type Command, textOption, UsageError } from './command.ts';
import { duration, table } from './table.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 1_000;

const header = ['EXPORT', 'ACCOUNT', 'REPORT', 'REQUESTER', 'STATUS', 'PHASE', 'AGE', 'ATTEMPTS', 'ROWS'];

export const list: Command = {
  usage: '--state STATE [--account ACCOUNT] [--limit N]',
  help: 'Exports in a state, newest first; what has ended is listed by account.',
  options: { state: { type: 'string' }, account: { type: 'string' }, limit: { type: 'string' } },
  async run(call) {
    const { services } = call;
    const status = statusOf(call);
    const accountId = textOption(call, 'account');
    if (isTerminal(status) && accountId === undefined) {
      throw new UsageError(`Exports that are ${status} are listed by account: add --account ACCOUNT.`);
    }
    const found = await exportsInState(services, { status, accountId, limit: limitOf(call) });
    const rows = found.map((each) => summaryOf(each, services.clock.now()));
    const cells = rows.map(({ ageMs, ...row }) => [
      ...[row.exportId, row.accountId, row.report, row.requester, row.status, row.phase, duration(ageMs)],
      ...[String(row.attempts), row.rows.toLocaleString('en')],
    ]);
    return { json: rows, lines: rows.length === 0 ? ['None.'] : table(header, cells) };
  },
};

function statusOf(call: Call): Status {
  const state = textOption(call, 'state');
  const status = statuses.find((each) => each === state);
  if (status === undefined) throw new UsageError(`--state must be one of ${statuses.join(', ')}.`);
  return status;
}

function limitOf(call: Call): number {
  const text = textOption(call, 'limit') ?? String(DEFAULT_LIMIT);
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw new UsageError(`--limit must be a whole number from 1 to ${MAX_LIMIT}.`);
  return limit;
}

function summaryOf({ record, attempt }: FoundExport, now: number) {
  return {
    exportId: record.id,
    accountId: record.accountId,
    report: record.snapshot.report.id,
    requester: record.requestedBy.userId,
    status: record.status,
    phase: phaseOf({ record, attempt }, now),
    ageMs: now - record.createdAt,
    attempts: record.attempt,
    rows: record.file?.rows ?? attempt?.progress.rowsWritten ?? 0,
  };
}

function phaseOf({ record, attempt }: FoundExport, now: number): string {
  if (record.status === 'queued') {
    if (record.admittedAt !== undefined) return 'starting';
    return record.taskToken === undefined ? 'not in line' : 'in line';
  }
  if (record.status !== 'running') return record.failure?.code ?? '-';
  if (!isLive(attempt, now)) return 'no worker';
  return record.cancelRequestedAt === undefined ? 'working' : 'cancelling';
}
