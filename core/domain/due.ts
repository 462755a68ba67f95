import type { ExportRecord } from './export-record.ts';
import { isTerminal } from './lifecycle.ts';

/**
 * What the sweeper is to look at, and since when: `start` from creation until the execution has stored its task token;
 * `cleanup` from the ending of an export that had an attempt, unless its first attempt made it ready and surely left
 * nothing beside the file, and again from its erasure; `expiry` from `expiresAt` on.
 */
export type Due = 'start' | 'cleanup' | 'expiry';

/** What is due for an export next, if anything. */
export function dueOf(record: ExportRecord): { readonly kind: Due; readonly at: number } | undefined {
  if (record.status === 'queued') {
    return record.taskToken === undefined ? { kind: 'start', at: record.createdAt } : undefined;
  }
  if (!isTerminal(record.status)) return undefined;
  if (record.attempt > 0 && !record.cleaned) {
    return { kind: 'cleanup', at: record.erasedAt ?? record.endedAt ?? record.updatedAt };
  }
  if (record.status !== 'ready' || record.erasedAt !== undefined || record.expiresAt === undefined) return undefined;
  return { kind: 'expiry', at: record.expiresAt };
}
