// @module-tag hostile-values
// @module-tag too-large

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakLines } from '../../../formats/pdf/line-breaking.ts';

/** As if every UTF-16 unit was one wide. */
function broken(text: string, width: number, maxLines = 99): readonly string[] {
  return breakLines(text, width, maxLines, ({ length }) => length).map(({ start, end }) => text.slice(start, end));
}

describe('breakLines', () => {
  const cases: readonly (readonly [string, string, number, readonly string[]])[] = [
    ['between words', 'the quick brown fox', 10, ['the quick', 'brown fox']],
    ['not for spaces at the end of a line', 'the quick   brown', 9, ['the quick', 'brown']],
    ['never at a no-break space', 'aa bb\u00a0cc', 6, ['aa', 'bb\u00a0cc']],
    ['after a hyphen within a word', 'well-known', 8, ['well-', 'known']],
    ['not before a number', 'from -12 to', 7, ['from', '-12 to']],
    ['before an opening and after a closing bracket', 'ab (cd) ef', 7, ['ab (cd)', 'ef']],
    ['after the marks of an address that is too wide', 'mail ada@example.com', 12, ['mail ada@', 'example.com']],
    ['anywhere in a word that is too wide', 'abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['never within a character', '👨‍👩‍👧👨‍👩‍👧', 9, ['👨‍👩‍👧', '👨‍👩‍👧']],
    ['between Chinese words, no line beginning with a full stop', '东京对说话。', 5, ['东京对', '说话。']],
    ['between Thai words', 'สวัสดีครับ', 8, ['สวัสดี', 'ครับ']],
    ['nowhere if all fits', 'the quick', 9, ['the quick']],
    ['into one line if there is no text', '', 5, ['']],
  ];

  it.each(cases)('breaks %s', (_, text, width, lines) => {
    expect(broken(text, width)).toEqual(lines);
  });

  it('stops after the last line there is room for', () => {
    expect(broken('aa bb cc dd', 2, 3)).toEqual(['aa', 'bb', 'cc']);
    expect(broken('abcdefghij', 2, 2)).toEqual(['ab', 'cd']);
  });

  it('loses nothing but white space, and no line is too wide', () => {
    const anyText = fc.string({ unit: fc.constantFrom(...'abc -/@.()東京สว', ' ', '\u0301'), maxLength: 60 });
    fc.assert(
      fc.property(anyText, fc.integer({ min: 4, max: 12 }), (text, width) => {
        const lines = broken(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) if (!/\u0301{3}/.test(line)) expect(line.trim().length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
