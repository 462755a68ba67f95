import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { FileStore } from '../ports/file-store.ts';
import type { Caller } from './caller.ts';
import { readableExport } from './readable-export.ts';
import { readyFile } from './ready-file.ts';

export interface ReadWaybillDeps {
  readonly store: ExportStore;
  readonly files: FileStore;
  readonly clock: Clock;
}

/**
 * The manifest's text as it was written beside the file.
 * @throws ProblemError not_found | permission_revoked | not_ready | file_expired
 */
export async function readWaybill(deps: ReadWaybillDeps, caller: Caller, exportId: string): Promise<string> {
  const { record } = await readableExport(deps.store, caller, exportId);
  const file = readyFile(record, deps.clock.now());
  const text = await deps.files.readText(file.waybillKey);
  if (text === undefined) throw new Error(`the waybill of ${record.id} is missing at ${file.waybillKey}`);
  return text;
}
