// @module-tag local-ops-page

import { beforeAll, describe, expect, test } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { startCloudWatch } from '../../../local/cloudwatch/cloudwatch.ts';
import { renderLinks, renderMarkdown } from '../../../local/ops/html.ts';
import { shortNumber } from '../../../local/ops/number-format.ts';
import { type OpsView, opsView } from '../../../local/ops/ops-view.ts';
import { opsPage } from '../../../local/ops/page.ts';
import { watchedStack } from '../cloudwatch/watched-stack.ts';

let view: OpsView;
let page: string;

beforeAll(() => {
  const { alarms, dashboards } = watchedStack();
  const clock = new LocalClock();
  const cloudWatch = startCloudWatch({ alarms, clock, log: () => {} });
  const put = (name: string, value: number) =>
    cloudWatch.measure({ namespace: 'Waybill', name, dimensions: { Stage: 'local' } }, value, 'Count');
  for (const [ready, failed] of [
    [5, 0],
    [0, 0],
    [3, 6],
  ] as const) {
    put('ExportsReady', ready);
    if (failed > 0) put('ExportsFailed', failed);
    clock.advance(60);
  }
  view = opsView({ cloudWatch, dashboards, clock });
  page = opsPage(view);
  cloudWatch.stop();
});

/** The part of the page with a widget's title. */
const widgetTitled = (title: string) => page.split('<div class="widget').find((part) => part.includes(`<h3>${title}<`));

describe('the page', () => {
  test('lists alarms, those that fire first, with threshold, reason, link and changes', () => {
    expect(view.alarms.map(({ name, state }) => [name, state])).toEqual([
      ['waybill-failed-rate', 'ALARM'],
      ['waybill-oldest-queued', 'INSUFFICIENT_DATA'],
    ]);
    expect(page).toContain('1 of 2 in alarm');
    const [, first = ''] = page.split('<details id=');
    expect(first).toContain('&#62;= 50 for 1 of 1 periods of 60 s');
    expect(first).toContain('there: 66.6667');
    expect(first).toContain('href="https://example.com/docs/runbook.md#failed-rate"');
    expect(first).toContain('In alarm, was OK');
  });

  test('has the rows of the dashboard, from top to bottom', () => {
    expect(view.dashboards[0]?.rows.map((row) => row.map(({ kind, width }) => [kind, width]))).toEqual([
      [['text', 24]],
      [
        ['metric', 12],
        ['metric', 12],
      ],
      [
        ['metric', 8],
        ['alarms', 8],
        ['alarms', 8],
      ],
    ]);
    expect(page).toContain(
      '<h3>Health</h3><p>See <a href="https://example.com/r">the <strong>runbook</strong></a>.</p>',
    );
  });

  test('draws a line for each metric, with the last, least and greatest value', () => {
    const chart = widgetTitled('Exports &#60;ended&#62;') ?? '';
    expect(chart.match(/<polyline/g)).toHaveLength(2);
    expect(chart.match(/<polygon/g)).toHaveLength(2);
    expect(chart).toContain('<title>too many</title>');
    expect(chart).toMatch(/ExportsReady<\/th><td>3<\/td><td>0<\/td><td>5<\/td>/);
    expect(chart).toMatch(/ExportsFailed<\/th><td>6<\/td><td>6<\/td><td>6<\/td>/);
    // What is stacked stands on what is below it: 3 + 6 of a scale up to 10.
    expect(chart).toMatch(/<polyline class="line c1" points="[\d.]+,12 /);
    expect(widgetTitled('Failed share')).toMatch(/Failed, in percent<\/th><td>66.7<\/td>/);
  });

  test('shows an hour, and says so where there is nothing in it', () => {
    const [, [chart] = []] = view.dashboards[0]?.rows ?? [];
    expect(chart?.kind === 'metric' && chart.endMs - chart.startMs).toBe(3_600_000);
    expect(chart?.kind === 'metric' && chart.endMs).toBeGreaterThan(view.nowMs);
    expect(widgetTitled('Oldest')).toContain('No data in this hour');
  });

  test('a template without dashboard and alarms has a page too', () => {
    expect(opsPage({ nowMs: 0, alarms: [], dashboards: [] })).toContain('The template has no dashboard.');
  });
});

test.each([
  [0, '0'],
  [0.04567, '0.0457'],
  [999, '999'],
  [1250, '1.25 k'],
  [-3_400_000, '-3.4 M'],
  [2e15, '2000 T'],
])('%d is %s', (value, text) => {
  expect(shortNumber(value)).toBe(text);
});

test.each([
  ['## Queue\nwaits', '<h4>Queue</h4><p>waits</p>'],
  ['- `a`\n- **b**', '<ul><li><code>a</code></li><li><strong>b</strong></li></ul>'],
  ['a <script>\n\nb', '<p>a &#60;script&#62;</p><p>b</p>'],
  ['[x](javascript:alert)', '<p>x (javascript:alert)</p>'],
  ['[x](https://a.example/"onclick=)', '<p><a href="https://a.example/&#34;onclick=">x</a></p>'],
])('Markdown %j', (markdown, html) => {
  expect(renderMarkdown(markdown)).toBe(html);
});

test('a sentence keeps its full stop out of its link', () => {
  expect(renderLinks('See https://a.example/b.')).toBe('See <a href="https://a.example/b">https://a.example/b</a>.');
});
