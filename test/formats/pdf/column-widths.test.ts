// @module-tag hostile-values
// @module-tag too-large

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ColumnNeed, columnWidths } from '../../../formats/pdf/column-widths.ts';

const number = (width: number): ColumnNeed => ({ natural: width, minimum: width, torn: width, mayWrap: false });
const text = (natural: number, minimum: number): ColumnNeed => ({ natural, minimum, torn: 4, mayWrap: true });

describe('columnWidths', () => {
  const cases: readonly (readonly [string, readonly ColumnNeed[], number, readonly number[]])[] = [
    ['grows texts by their own widths', [number(10), text(10, 5), text(20, 5)], 70, [10, 20, 40]],
    ['grows all where there is no text', [number(10), number(30)], 80, [20, 60]],
    ['gives what is needed where it just fits', [number(10), text(30, 5)], 40, [10, 30]],
    ['narrows the widest text first', [number(10), text(20, 5), text(90, 5)], 60, [10, 20, 30]],
    ['narrows the widest to the same width', [text(50, 5), text(90, 5)], 60, [30, 30]],
    ['tears no word apart while others can give', [text(50, 40), text(90, 5)], 60, [40, 20]],
    ['tears words where even those do not fit', [number(60), text(90, 30), text(9, 5)], 85, [60, 20, 5]],
    ['tears numbers last of all, the widest first', [number(60), number(10), text(90, 30)], 34, [20, 10, 4]],
  ];

  it.each(cases)('%s', (_, needs, available, widths) => {
    columnWidths(needs, available).forEach((width, index) => {
      expect(width).toBeCloseTo(widths[index] ?? Number.NaN, 6);
    });
  });

  it('always fills the table', () => {
    const need = fc
      .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 100 }), fc.boolean())
      .map(([minimum, more, mayWrap]) => ({ minimum, natural: minimum + more, torn: Math.min(minimum, 4), mayWrap }));
    fc.assert(
      fc.property(
        fc.array(need, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 50, max: 800 }),
        (needs, available) => {
          const widths = columnWidths(needs, available);
          expect(widths).toHaveLength(needs.length);
          expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(available, 6);
          for (const width of widths) expect(width).toBeGreaterThan(0);
        },
      ),
    );
  });
});
