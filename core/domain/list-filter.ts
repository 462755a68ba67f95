import type { ExportRecord } from './export-record.ts';
import { effectiveStatus, type Status } from './lifecycle.ts';
import type { JsonValue } from './snapshot.ts';

/** Which exports of a list are wanted; absent means any. */
export interface ListFilter {
  /** As every reader must see it: a ready export is expired from `expiresAt` on. */
  readonly status?: Status;
  readonly reportId?: string;
  /** The value of the report's scope filter. */
  readonly scope?: string;
}

/** What a filter looks at. */
export interface Listed extends Pick<ExportRecord, 'status' | 'expiresAt' | 'erasedAt'> {
  readonly reportId: string;
  readonly scope?: JsonValue | undefined;
}

export function matchesFilter(listed: Listed, filter: ListFilter, now: number): boolean {
  if (filter.reportId !== undefined && listed.reportId !== filter.reportId) return false;
  if (filter.scope !== undefined && listed.scope !== filter.scope) return false;
  return filter.status === undefined || effectiveStatus(listed, now) === filter.status;
}
