import { ProblemError } from '../../core/domain/errors.ts';
import { executionName } from '../../core/domain/execution.ts';
import type { ExportEvent } from '../../core/domain/export-record.ts';
import { exportPrefix } from '../../core/domain/file-keys.ts';
import { nextStep } from '../../core/domain/next-step.ts';
import { LINE_LIMIT } from '../../core/usecases/active-exports.ts';
import type { Command } from './command.ts';
import { findExport } from './find-export.ts';
import { table } from './table.ts';

export const show: Command = {
  usage: 'EXPORT [--account ACCOUNT]',
  help: 'One export: record, timeline, execution, files, and what happens next.',
  options: { account: { type: 'string' } },
  async run(call) {
    const { store, admissions, executions, files, rollout, clock } = call.services;
    const ref = await findExport(call);
    const found = await store.getWithAttempt(ref);
    if (found === undefined) throw new ProblemError('not_found', `There is no ${ref.exportId} in ${ref.accountId}.`);
    const { record, attempt } = found;
    const events = await store.events(ref.exportId);
    const execution = {
      name: executionName(ref, record.executionNumber),
      status: (await executions.status(ref, record.executionNumber)) ?? 'not started',
    };
    const { keys, uploads } = await files.contents(exportPrefix(ref));
    const line = await admissions.waiting(ref.accountId, LINE_LIMIT);
    const place = line.findIndex(({ exportId }) => exportId === ref.exportId);
    const next = nextStep(record, attempt, {
      now: clock.now(),
      runWorkers: (await rollout.flags()).runWorkers,
      position: place === -1 ? undefined : place + 1,
    });
    // A task token lets its holder answer for the execution: it is not to be printed.
    const { taskToken: _token, ...told } = record;
    const { snapshot, failure } = record;
    return {
      json: {
        record: told,
        attempt,
        events,
        execution,
        keys,
        uploads,
        next,
      },
      lines: [
        `${record.id}  ${record.status}${failure === undefined ? '' : ` (${failure.code}: ${failure.message})`}`,
        `  account    ${record.accountId}, requested by ${record.requestedBy.userId}`,
        `  report     ${snapshot.report.id} v${snapshot.report.version}, ${snapshot.format}`,
        `  execution  ${execution.name}: ${execution.status}`,
        `  attempts   ${record.attempt}${attempt === undefined ? '' : `, ${attempt.progress.rowsWritten.toLocaleString('en')} rows by the newest`}`,
        `  next       ${next}`,
        'Timeline',
        ...table(['  AT', 'BY', 'WHAT', ''], events.map(timelineRow)),
        'Files',
        ...(keys.length + uploads.length === 0 ? ['  none'] : []),
        ...keys.map((key) => `  ${key}`),
        ...uploads.map(({ key }) => `  ${key} (upload under way)`),
      ],
    };
  },
};

function timelineRow({ at, by, type, details }: ExportEvent): readonly string[] {
  const said = Object.entries(details).map(([name, value]) => `${name}=${value}`);
  return [`  ${new Date(at).toISOString()}`, by, type, said.join(' ')];
}
