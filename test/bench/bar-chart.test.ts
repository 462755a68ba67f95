// @module-tag how-fast

import { expect, test } from 'vitest';
import { drawBarChart } from '../../bench/bar-chart.ts';

test('bars follow each other from zero on, in the colours of their series, beside marks and notes', () => {
  const svg = drawBarChart({
    title: 'Seconds <s>',
    lines: [
      {
        label: 'first',
        bars: [
          { from: 0, to: 50, series: 'a' },
          { from: 50, to: 100, series: 'b' },
        ],
        note: '100 s',
      },
      { label: 'nothing', bars: [{ from: 0, to: 0, series: 'a' }] },
    ],
    series: ['a', 'b'],
    marks: [{ x: 100, label: 'all' }],
  });
  expect(svg).toContain('aria-label="Seconds &#60;s&#62;"');
  const bars = [...svg.matchAll(/class="bar" x="([^"]+)" y="[^"]+" width="([^"]+)" height="14" fill="([^"]+)"/g)].map(
    ([, x, width, fill]) => [Number(x), Number(width), fill],
  );
  const [first, second, third] = bars;
  expect(bars).toHaveLength(3);
  expect(Number(first?.[0]) + Number(first?.[1])).toBeCloseTo(Number(second?.[0]), 0);
  expect(first?.[2]).not.toBe(second?.[2]);
  expect(third?.slice(0, 2)).toEqual([first?.[0], 1]);
  expect(svg).toMatch(/>100 s<.*>nothing</s);
  expect(svg.match(/class="mark"/g)).toHaveLength(1);
  expect(svg.match(/<rect x=/g)).toHaveLength(2);
});
