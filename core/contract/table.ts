/** An index of the table: the attributes that are its keys, and what it holds. */
export interface TableIndex {
  readonly name: string;
  readonly partitionKey: { readonly name: string; readonly type: 'S' | 'N' };
  readonly sortKey: { readonly name: string; readonly type: 'S' | 'N' };
  readonly projection: 'ALL' | 'KEYS_ONLY';
}

/** Attributes of the one table; infrastructure creates it from these and the store uses the same names. */
export const tableKeys = { partitionKey: 'pk', sortKey: 'sk', timeToLive: 'ttl' } as const;

/** An item is in an index while it has both of the index's key attributes. */
export const tableIndexes = {
  /** Work for the sweeper, by kind, in the order in which it falls due. */
  due: {
    name: 'due',
    partitionKey: { name: 'duePk', type: 'S' },
    sortKey: { name: 'dueSk', type: 'N' },
    projection: 'KEYS_ONLY',
  },
  /** The exports of an account, by time of creation. */
  listedByAccount: {
    name: 'listed-by-account',
    partitionKey: { name: 'listedAccount', type: 'S' },
    sortKey: { name: 'listedKey', type: 'S' },
    projection: 'ALL',
  },
  /** The exports one person requested, by time of creation. */
  listedByRequester: {
    name: 'listed-by-requester',
    partitionKey: { name: 'listedRequester', type: 'S' },
    sortKey: { name: 'listedKey', type: 'S' },
    projection: 'ALL',
  },
} as const satisfies Record<string, TableIndex>;
