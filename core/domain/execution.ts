import type { ExportRef } from './export-id.ts';

/** More than a step is ever repeated within one execution. */
const TRIES_PER_EXECUTION = 1000;

/** `<exportId>-<n>`: 40 + 1 + digits, well under the 80 characters of an execution's name. */
export function executionName(ref: ExportRef, number: number): string {
  return `${ref.exportId}-${number}`;
}

/** The n of an execution's name; NaN when the name is none of ours. */
export function executionNumberOf(name: string): number {
  return Number(name.split('-').at(-1));
}

/**
 * The place of a task token among all that an export's Queued step is ever given: a later token has a higher one.
 * @param retryCount how often the execution has repeated the step, from 0
 */
export function tokenTryOf(executionNumber: number, retryCount: number): number {
  return executionNumber * TRIES_PER_EXECUTION + retryCount;
}

/**
 * Whether one run of an export's group of tasks began after another. A later one begins only when Step Functions has given
 * up the one before it, whatever its tasks do meanwhile.
 * @param run `<exportId>-<n>-<retryCount>`; one that is called otherwise is later than none
 */
export function isLaterRun(run: string, than: string): boolean {
  return placeOfRun(run) > placeOfRun(than);
}

function placeOfRun(run: string): number {
  const [executionNumber = Number.NaN, retryCount = Number.NaN] = run.split('-').slice(-2).map(Number);
  return tokenTryOf(executionNumber, retryCount);
}
