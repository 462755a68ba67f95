import type { ReportView } from '../../../../core/contract/report-schemas.ts';

/** What the catalog shows of a report. */
export type CatalogEntry = Pick<ReportView, 'id' | 'title' | 'description' | 'group' | 'scope'>;

export interface ReportGroup {
  readonly name: string;
  readonly reports: readonly CatalogEntry[];
}

/** Reports with all of the words in title, description or group, whatever their case and accents; in catalog order. */
export function searchReports<Entry extends CatalogEntry>(reports: readonly Entry[], search: string): readonly Entry[] {
  const words = folded(search).split(/\s+/).filter(Boolean);
  return reports.filter(({ title, description, group }) => {
    const text = folded(`${title} ${description} ${group}`);
    return words.every((word) => text.includes(word));
  });
}

/** Under the headings of the catalog, each once. */
export function groupReports(reports: readonly CatalogEntry[]): readonly ReportGroup[] {
  return [...Map.groupBy(reports, ({ group }) => group)].map(([name, members]) => ({ name, reports: members }));
}

function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}

/** In an event's own center only reports about events: an export of another one would not be in its list. */
export function reportsOfCenter<Entry extends CatalogEntry>(
  reports: readonly Entry[],
  eventId: string | undefined,
): readonly Entry[] {
  return eventId === undefined ? reports : reports.filter(({ scope }) => scope === EVENT_SCOPE);
}

/** The scope of reports about one event, which has a report center of its own. */
export const EVENT_SCOPE = 'event';
