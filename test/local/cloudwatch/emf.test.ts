// @module-tag malformed-metrics

import { expect, test } from 'vitest';
import { MalformedMetricError, readEmbeddedMetrics } from '../../../local/cloudwatch/emf.ts';

const directive = {
  Namespace: 'Waybill',
  Dimensions: [['Stage'], ['Stage', 'Code']],
  Metrics: [{ Name: 'ExportsFailed', Unit: 'Count' }],
};
const document = {
  _aws: { Timestamp: 1_574_109_732_004, CloudWatchMetrics: [directive] },
  Stage: 'local',
  Code: 'too_large',
  ExportsFailed: 2,
};
const line = (changed: object = {}) => JSON.stringify({ ...document, ...changed });

test('each set of dimensions is a metric of its own', () => {
  const common = { namespace: 'Waybill', name: 'ExportsFailed', values: [2], unit: 'Count' };
  expect(readEmbeddedMetrics(line())).toEqual([
    { ...common, timestampMs: 1_574_109_732_004, dimensions: { Stage: 'local' } },
    { ...common, timestampMs: 1_574_109_732_004, dimensions: { Stage: 'local', Code: 'too_large' } },
  ]);
});

test('several values, no unit, an empty set of dimensions, members that are no metrics', () => {
  const metric = { Namespace: 'Other', Dimensions: [[]], Metrics: [{ Name: 'time' }] };
  const text = line({ _aws: { Timestamp: 1, CloudWatchMetrics: [metric] }, time: [3, 4], requestId: 'r' });
  expect(readEmbeddedMetrics(text)).toEqual([
    { namespace: 'Other', name: 'time', dimensions: {}, values: [3, 4], unit: 'None', timestampMs: 1 },
  ]);
});

test.each([
  ['plain text', 'an export is ready'],
  ['JSON without the mark', '{"level":"INFO"}'],
  ['a line that quotes the mark', 'saw {"_aws": 1} somewhere'],
  ['a log line with the mark further in', '{"event":{"_aws":{}}}'],
])('%s is no metric', (_, text) => {
  expect(readEmbeddedMetrics(text)).toEqual([]);
});

test.each([
  ['no target for a metric', { ExportsFailed: undefined }],
  ['text as a value', { ExportsFailed: '2' }],
  ['no values', { ExportsFailed: [] }],
  ['101 values', { ExportsFailed: Array(101).fill(1) }],
  ['no target for a dimension', { Code: undefined }],
  ['a number as a dimension', { Code: 7 }],
  ['seconds for milliseconds with a fraction', { _aws: { ...document._aws, Timestamp: 1_574_109_732.004 } }],
  ['no timestamp', { _aws: { CloudWatchMetrics: [directive] } }],
  ['no directives', { _aws: { Timestamp: 1 } }],
  ['no set of dimensions', { _aws: { Timestamp: 1, CloudWatchMetrics: [{ ...directive, Dimensions: [] }] } }],
  [
    'a unit of our own',
    {
      _aws: { Timestamp: 1, CloudWatchMetrics: [{ ...directive, Metrics: [{ Name: 'ExportsFailed', Unit: 'Rows' }] }] },
    },
  ],
])('%s is a fault', (_, changed) => {
  expect(() => readEmbeddedMetrics(line(changed))).toThrow(MalformedMetricError);
});

test('a line that was cut off is a fault', () => {
  expect(() => readEmbeddedMetrics(line().slice(0, -5))).toThrow(MalformedMetricError);
});
