// @module-tag embedded-metrics

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CODE_DIMENSION, METRIC_NAMESPACE, metrics, STAGE_DIMENSION } from '../../../core/contract/metrics.ts';

const page = readFileSync('docs/metrics.md', 'utf8');

/** The cells of the page's table, row by row. */
function documentedRows(markdown: string): readonly string[][] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const expected = Object.entries(metrics).map(([name, metric]) => [
  name,
  metric.unit,
  'byCode' in metric ? `${STAGE_DIMENSION}; ${STAGE_DIMENSION}, ${CODE_DIMENSION}` : STAGE_DIMENSION,
  metric.meaning,
]);

test('docs/metrics.md has the metrics of the code', () => {
  expect(documentedRows(page)).toEqual(expected);
  expect(page).toContain(`namespace \`${METRIC_NAMESPACE}\``);
});

test.each([
  ['a metric is missing', page.replace(/\| `Retries` .*\n/, '')],
  ['a unit is another', page.replace('| Bytes ', '| Count ')],
  ['a code is not told', page.replace('`Stage`; `Stage`, `Code`', '`Stage`')],
])('it would be found out of date: %s', (_, outdated) => {
  expect(documentedRows(outdated)).not.toEqual(expected);
});
