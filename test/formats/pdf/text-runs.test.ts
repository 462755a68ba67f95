// @module-tag hostile-values
// @module-tag too-large

import { describe, expect, it } from 'vitest';
import { Fonts } from '../../../formats/pdf/fonts.ts';
import { paragraphOf, visualRuns } from '../../../formats/pdf/text-runs.ts';

const fonts = new Fonts();

function drawn(text: string, start = 0, end = text.length): readonly string[] {
  return visualRuns(paragraphOf(text), start, end, fonts).map((run) => `${run.font}:${run.text}`);
}

describe('visualRuns', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['one font for Latin, Greek and Cyrillic', 'Ada Ελλάδα Київ', ['regular:Ada Ελλάδα Київ']],
    ['another font where it is needed', 'Tokyo 東京 (VIP)', ['regular:Tokyo ', 'chinese:東京', 'regular: (VIP)']],
    ['words of Hebrew from right to left', 'שלום עולם', ['hebrew:עולם', 'regular: ', 'hebrew:שלום']],
    [
      'brackets turned and on their side',
      'Hotel (תל אביב)',
      ['regular:Hotel (', 'hebrew:אביב', 'regular: ', 'hebrew:תל', 'regular:)'],
    ],
    ['brackets turned within right to left', 'ב(ג)', ['regular:(', 'hebrew:ג', 'regular:)', 'hebrew:ב']],
    [
      'numbers from left to right within right to left',
      'חדר 12 ב',
      ['hebrew:ב', 'regular: ', 'regular:12', 'regular: ', 'hebrew:חדר'],
    ],
    ['marks with their letters', 'Ze\u0301 \u05e9\u05c1', ['regular:Ze\u0301 ', 'hebrew:\u05e9\u05c1']],
    ['all of an emoji', '👨‍👩‍👧!', ['emoji:👨‍👩‍👧', 'regular:!']],
    ['nothing for what is invisible', 'a\u200b\ufeffb\u200e', ['regular:ab']],
    ['a replacement for what no font has', 'aქb', ['regular:a\ufffdb']],
    ['nothing for a variation that the font does not have', '葛\u{e0100}', ['chinese:葛']],
    ['what overrides direction', 'ab\u202ecd\u202c', ['regular:ab', 'regular:dc']],
  ];

  it.each(cases)('gives %s', (_, text, runs) => {
    expect(drawn(text)).toEqual(runs);
  });

  it('gives a line in the direction of its whole paragraph', () => {
    const text = 'שלום abc 1';
    expect(drawn(text, 5, text.length)).toEqual(['regular:abc 1']);
    expect(drawn('שלום 1 - 2', 5)).toEqual(['regular:2', 'regular: - ', 'regular:1']);
    expect(drawn('1 - 2')).toEqual(['regular:1 - 2']);
  });

  it('counts each character that no font has once', () => {
    const counting = new Fonts();
    visualRuns(paragraphOf('ქქ ა a'), 0, 6, counting);
    expect(counting.lacking).toBe(2);
  });
});
