import { ProblemError } from '../../core/domain/errors.ts';
import type { ExportRef } from '../../core/domain/export-id.ts';
import { accountOf } from '../../core/usecases/active-exports.ts';
import { type Call, exportIdOf, textOption } from './command.ts';

/**
 * The export that a command names, in the account it names or else wherever it waits or runs.
 * @throws ProblemError not_found when it does neither
 */
export async function findExport(call: Call): Promise<ExportRef> {
  const exportId = exportIdOf(call);
  const accountId = textOption(call, 'account') ?? (await accountOf(call.services, exportId));
  if (accountId === undefined) {
    throw new ProblemError(
      'not_found',
      `${exportId} is neither queued nor running. If it has ended, say in which account: --account ACCOUNT.`,
    );
  }
  return { accountId, exportId };
}
