import type { Cell } from '../../../core/domain/report.ts';
import type { Row } from '../../../core/ports/export-source.ts';

/** As the server escapes, from its documentation. */
export function sentBy(rows: readonly Row[]): string {
  const letters: Record<string, string> = {
    ...{ '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't', '\v': 'v' },
    '\\': '\\',
  };
  const cell = (text: Cell) => text?.replaceAll(/[\b\f\n\r\t\v\\]/g, (character) => `\\${letters[character]}`) ?? '\\N';
  return rows.map((row) => `${row.map(cell).join('\t')}\r\n`).join('');
}

/** What was sent, cut in pieces at these positions; they come one alone, then two together, then three. */
export async function* piecesOf(
  sent: string | Buffer,
  cuts: readonly number[] = [],
): AsyncGenerator<readonly Uint8Array[]> {
  const bytes = Buffer.from(sent);
  const positions = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const pieces = positions.slice(1).map((end, index) => bytes.subarray(positions[index], end));
  for (let count = 1; pieces.length > 0; count += 1) yield pieces.splice(0, count).filter(({ length }) => length > 0);
}
