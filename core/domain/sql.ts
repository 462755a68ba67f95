/** A value that may stand in a report's query; adapters quote it with the driver's own escaping. */
export type SqlValue = string | number | bigint | boolean | null | readonly string[];

/** A piece of SQL whose values are kept apart from its text until an adapter renders it. */
export interface Sql {
  readonly kind: 'sql';
  /** One more string than there are values. */
  readonly text: readonly string[];
  readonly values: readonly (SqlValue | Sql)[];
}

/** Writes SQL with values in place: sql`placed_at >= ${from}`. Nested pieces are spliced in, values are quoted. */
export function sql(text: TemplateStringsArray, ...values: (SqlValue | Sql)[]): Sql {
  return { kind: 'sql', text: [...text], values };
}

/** Joins pieces by `separator`, which is plain SQL text such as `' AND '`. */
export function joinSql(pieces: readonly Sql[], separator: string): Sql {
  if (pieces.length === 0) return sql``;
  return { kind: 'sql', text: ['', ...pieces.slice(1).map(() => separator), ''], values: [...pieces] };
}

/** All conditions joined by AND; `true` for none. Absent ones are left out, so optional filters read as a list. */
export function all(...conditions: (Sql | undefined | false)[]): Sql {
  const present = conditions.filter((condition): condition is Sql => Boolean(condition));
  return present.length === 0 ? sql`true` : joinSql(present, ' AND ');
}

export function isSql(value: unknown): value is Sql {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'sql';
}
