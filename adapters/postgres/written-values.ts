import { type DelimitedStyle, decimalMarkOf, formulaStarts, skippedSpaces } from '../../core/domain/delimited.ts';
import type { ColumnType } from '../../core/domain/report.ts';

/** `ascii()` is the code point of the first character: several times cheaper than a regular expression. */
const codes = (characters: readonly string[]) => characters.map((character) => character.codePointAt(0)).join(', ');

const starts = codes(formulaStarts);
const startsOrSpaces = codes([...formulaStarts, ...skippedSpaces]);
const spaces = `'${skippedSpaces.join('')}'`;

/**
 * The expression of a column inside the report's subquery. Types whose text is looked at twice become text here, so
 * that a jsonb or a computed column is rendered once.
 */
export function fetchExpression(type: ColumnType, reference: string): string {
  return type === 'text' || type === 'enum' || type === 'json' || type === 'boolean' ? `${reference}::text` : reference;
}

export type WrittenStyle = Pick<DelimitedStyle, 'dialect' | 'locale' | 'neutralizeFormulas'>;

/** Values as they are, for formats that have types of their own. */
export const plainStyle: WrittenStyle = { dialect: 'rfc4180', locale: 'en', neutralizeFormulas: false };

/**
 * The expression of a column's text in the file, around what {@link fetchExpression} gave.
 *
 * Integers, decimals, floats (shortest text that reads back as the same number) and uuids are written by the server as they
 * are. Timestamps are ISO 8601 with the offset of the session's time zone and up to six digits of a second, as in
 * `2024-03-31T03:00:00.123456+02:00`; dates are `2024-03-31`. Values that are not finite read `Infinity`, `-Infinity`
 * and `NaN`. Numbers keep their minus: only textual types are protected against being read as formulas.
 */
export function writeExpression(type: ColumnType, reference: string, style: WrittenStyle): string {
  switch (type) {
    case 'decimal':
    case 'float':
      return decimalMarkOf(style) === ',' ? `translate(${reference}::text, '.', ',')` : reference;
    case 'text':
    case 'enum':
    case 'json':
      return style.neutralizeFormulas ? neutralized(reference) : reference;
    case 'timestamp':
      // to_json is the server's own ISO 8601 writer, three times as fast as to_char; its quotes are the only ones.
      return `CASE WHEN isfinite(${reference}) THEN replace(to_json(${reference})::text, '"', '') ELSE initcap(${reference}::text) END`;
    case 'date':
      return `CASE WHEN isfinite(${reference}) THEN ${reference}::text ELSE initcap(${reference}::text) END`;
    default:
      return reference;
  }
}

/** The first test settles almost every value; only what begins with a space needs the second. */
function neutralized(text: string): string {
  const isFormula = `ascii(${text}) IN (${startsOrSpaces}) AND ascii(ltrim(${text}, ${spaces})) IN (${starts})`;
  return `CASE WHEN ${isFormula} THEN '''' || ${text} ELSE ${text} END`;
}
