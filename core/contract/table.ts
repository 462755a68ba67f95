/** An index of the table: the attributes that are its keys, and what it holds. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: { readonly name: string; readonly type: 'S' | 'N' };
  readonly sortKey: { readonly name: string; readonly type: 'S' | 'N' };
  readonly projection: IndexProjection;
}

/** The attributes that an index holds besides the keys of both. */
export type IndexProjection =
  | { readonly type: 'KEYS_ONLY' }
  | { readonly type: 'INCLUDE'; readonly attributes: readonly string[] };

/**
 * What a list needs to sort, filter and count. A row has about 250 bytes of an export's 1,500, so that a page of the
 * newest 1,000 reads a sixth, and most changes of an export leave the lists alone.
 */
const listed = {
  type: 'INCLUDE',
  attributes: ['status', 'reportId', 'reportTitle', 'scope', 'expiresAt', 'erasedAt'],
} as const satisfies IndexProjection;

/** Attributes of the one table; infrastructure creates it from these and the store uses the same names. */
export const tableKeys = { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'ttl' } as const;

/** An item is in an index while it has both of the index's key attributes. */
export const tableIndexes = {
  /** Work for the sweeper, by kind, in the order in which it falls due. */
  due: {
    name: 'due',
    partitionKey: { name: 'duePk', type: 'S' },
    sortKey: { name: 'dueSk', type: 'N' },
    projection: { type: 'KEYS_ONLY' },
  },
  /** The exports of an account, by time of creation. */
  listedByAccount: {
    name: 'listed-by-account',
    partitionKey: { name: 'listedAccount', type: 'S' },
    sortKey: { name: 'listedKey', type: 'S' },
    projection: listed,
  },
  /** The exports one person requested, by time of creation. */
  listedByRequester: {
    name: 'listed-by-requester',
    partitionKey: { name: 'listedRequester', type: 'S' },
    sortKey: { name: 'listedKey', type: 'S' },
    projection: listed,
  },
} as const satisfies Record<string, TableIndex>;
