import type { EstimateView } from '../../../../core/contract/estimate-schemas.ts';
import { formatCount } from '../../format/numbers.ts';
import { strings } from '../../strings/strings.ts';

const KNOWN_DIGITS = 2;

/** `10,000 rows`; where the database only guesses, `about 1,200,000 rows`. */
export function rowsText({ rows, exact }: Pick<EstimateView, 'rows' | 'exact'>): string {
  return strings.generate.estimate.rows(formatCount(exact ? rows : rounded(rows)), exact, rows === 1);
}

/** More digits would claim more than is known. */
function rounded(rows: number): number {
  return Number(rows.toPrecision(KNOWN_DIGITS));
}
