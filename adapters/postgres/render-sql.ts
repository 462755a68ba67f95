import { escapeLiteral } from 'pg';
import { ExportFailedError } from '../../core/domain/errors.ts';
import { isSql, type Sql, type SqlValue } from '../../core/domain/sql.ts';

/**
 * Renders a query to plain text, because COPY takes no parameters. Every value is quoted by the driver.
 * @throws ExportFailedError invalid_data for a value that PostgreSQL cannot hold
 */
export function renderSql(query: Sql): string {
  let text = query.text[0] ?? '';
  query.values.forEach((value, index) => {
    text += (isSql(value) ? renderSql(value) : renderValue(value)) + (query.text[index + 1] ?? '');
  });
  return text;
}

/** A literal that stands for exactly `value`. Strings and null are untyped: the comparison gives them their type. */
export function renderValue(value: SqlValue): string {
  if (value === null) return 'NULL';
  switch (typeof value) {
    case 'string':
      return renderText(value);
    case 'number':
      if (!Number.isFinite(value)) throw refused(`${value} is no number of SQL`);
      return renderNumber(value);
    case 'bigint':
      return renderNumber(value);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      return `ARRAY[${value.map(renderText).join(', ')}]::text[]`;
  }
}

/** In parentheses when negative: a minus in front of it would otherwise begin a comment. */
function renderNumber(value: number | bigint): string {
  return value < 0 || Object.is(value, -0) ? `(${value})` : String(value);
}

/** Whether PostgreSQL can hold a text. */
export function isStorable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

function renderText(value: string): string {
  if (value.includes('\0')) throw refused('a text contains a NUL character');
  if (!value.isWellFormed()) throw refused('a text contains half a surrogate pair');
  return escapeLiteral(value);
}

function refused(reason: string): ExportFailedError {
  return new ExportFailedError('invalid_data', {
    retryable: false,
    cause: new Error(`A filter was refused: ${reason}`),
  });
}
