import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { strings } from '../strings/strings.ts';

/** Which exports have come to another status, in words; those that were not there before do not count. */
export function statusChanges(before: readonly ExportView[], after: readonly ExportView[]): string[] {
  const known = new Map(before.map(({ id, status }) => [id, status]));
  return after
    .filter(({ id, status }) => known.has(id) && known.get(id) !== status)
    .map(({ report, status }) => strings.center.statusChanged(report.title, strings.export.statuses[status]));
}
