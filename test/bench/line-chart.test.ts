// @module-tag simulated-day

import { expect, test } from 'vitest';
import { drawLineChart } from '../../bench/line-chart.ts';

const chart = {
  title: 'Waits <s>',
  lines: [
    { label: 'rises', points: [[0, 0] as const, [12, 50] as const] },
    { label: 'once', points: [[6, 100] as const] },
  ],
  ticks: [
    { x: 0, label: '0:00' },
    { x: 24, label: '24:00' },
  ],
};

test('a chart has its lines, one of a single point as a dot, and its marks within the picture', () => {
  const svg = drawLineChart(chart);
  expect(svg).toContain('aria-label="Waits &#60;s&#62;"');
  const paths = [...svg.matchAll(/class="line" stroke="[^"]+" d="([^"]+)"/g)].map(([, path]) => path);
  // From zero at the lower edge to the top, and to the right as far as the axis goes.
  expect(paths).toEqual(['M64 192L400 116', 'M232 40h0']);
  expect(svg).toContain('<text x="736" y="210" text-anchor="middle">24:00</text>');
  expect(svg).toContain('viewBox="0 0 760 240"');
});
