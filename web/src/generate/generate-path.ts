export interface GenerateLink {
  /** Id of the report; without it the catalog comes first. */
  readonly type?: string;
  /** An export whose request fills in the form, to be changed before it is run again. */
  readonly from?: string;
  /** Filters that are filled in. */
  readonly filters?: Readonly<Record<string, unknown>>;
  /** The event in whose report center the form opens. */
  readonly eventId?: string | undefined;
}

/** Where the form for a new export opens. */
export function generatePath({ type, from, filters, eventId }: GenerateLink = {}): string {
  const search = new URLSearchParams();
  if (type !== undefined) search.set('type', type);
  if (from !== undefined) search.set('from', from);
  if (filters !== undefined) search.set('filters', JSON.stringify(filters));
  const center = eventId === undefined ? '' : `/events/${encodeURIComponent(eventId)}`;
  return `${center}/reports/new${search.size > 0 ? `?${search}` : ''}`;
}
