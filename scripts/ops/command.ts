import type { ParseArgsOptionsConfig } from 'node:util';
import type { ExportId } from '../../core/domain/export-id.ts';
import { isExportId } from '../../core/domain/export-id.ts';
import type { Services } from './services.ts';

/** What a command was called with. */
export interface Call {
  readonly services: Services;
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  /** Who is calling, as timelines show it: `operator:<name>`. */
  readonly operator: string;
  /** Says at once how it goes, beside the answer. */
  progress(line: string): void;
}

/** What a command answers: the same for machines and for people. */
export interface Answer {
  readonly json: unknown;
  readonly lines: readonly string[];
  /** True when it was not done because `--yes` was missing, or when what it looked for is not as it should be. */
  readonly isFailure?: boolean;
}

export interface Command {
  /** Its arguments, e.g. `EXPORT [--account ACCOUNT]`. */
  readonly usage: string;
  readonly help: string;
  readonly options?: ParseArgsOptionsConfig;
  run(call: Call): Promise<Answer>;
}

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The value of a text option, if it was given. */
export function textOption({ values }: Pick<Call, 'values'>, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The one argument of a command that is about one export. @throws UsageError */
export function exportIdOf({ positionals }: Pick<Call, 'positionals'>): ExportId {
  const [id, ...rest] = positionals;
  if (id === undefined || rest.length > 0) throw new UsageError('Name one export.');
  if (!isExportId(id)) throw new UsageError(`${id} is not the id of an export, which looks like exp_0190….`);
  return id;
}

/** The answer of a command that changes something and was called without `--yes`. */
export function notDone(would: string): Answer {
  return { json: { done: false, would }, lines: [`Would ${would}.`, 'Nothing was done: add --yes.'], isFailure: true };
}
