import type { Json } from './schema/json-schema.ts';

/** What an address of the form asks for: see generate-path.ts. */
export interface ReadLink {
  readonly type: string | undefined;
  readonly from: string | undefined;
  readonly filters: Readonly<Record<string, Json>> | undefined;
  /** Whether there were filters that cannot be read. */
  readonly isGarbled: boolean;
}

export function readLink(search: URLSearchParams): ReadLink {
  const text = search.get('filters');
  const filters = text === null ? undefined : jsonObject(text);
  return {
    type: search.get('type') || undefined,
    from: search.get('from') || undefined,
    filters,
    isGarbled: text !== null && filters === undefined,
  };
}

function jsonObject(text: string): Readonly<Record<string, Json>> | undefined {
  try {
    const json = JSON.parse(text) as Json;
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Readonly<Record<string, Json>>)
      : undefined;
  } catch {
    return undefined;
  }
}
