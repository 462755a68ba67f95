import { failExport } from '../../core/usecases/fail-export.ts';
import { type Call, type Command, notDone, textOption, UsageError } from './command.ts';
import { findExport } from './find-export.ts';

/** One sentence in a mail. */
const MAX_REASON_CHARACTERS = 200;

export const fail: Command = {
  usage: 'EXPORT --reason TEXT [--account ACCOUNT] --yes',
  help: 'Ends what is queued, or runs without a worker, as failed. People read the reason.',
  options: { account: { type: 'string' }, reason: { type: 'string' }, yes: { type: 'boolean' } },
  async run(call) {
    const reason = reasonOf(call);
    const ref = await findExport(call);
    const what = `${ref.exportId} of ${ref.accountId} as failed: "${reason}"`;
    if (!call.values.yes) return notDone(`end ${what}`);
    await failExport(call.services, ref, { reason, operator: call.operator });
    const told = 'The sweeper tells the people concerned within two minutes.';
    return { json: { done: true, ...ref }, lines: [`Ended ${what}.`, told] };
  },
};

function reasonOf(call: Call): string {
  const reason = textOption(call, 'reason')?.trim() ?? '';
  const isOneLine = reason !== '' && reason.length <= MAX_REASON_CHARACTERS && !/\p{Cc}/u.test(reason);
  if (!isOneLine) throw new UsageError(`--reason must be one line of at most ${MAX_REASON_CHARACTERS} characters.`);
  return reason;
}
