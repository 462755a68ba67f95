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

/** What was sent, cut in pieces at these positions. */
export async function* piecesOf(sent: string | Buffer, cuts: readonly number[] = []) {
  const bytes = Buffer.from(sent);
  const positions = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (let index = 1; index < positions.length; index++) {
    const data = bytes.subarray(positions[index - 1], positions[index]);
    if (data.length > 0) yield { data, rows: 0 };
  }
}
