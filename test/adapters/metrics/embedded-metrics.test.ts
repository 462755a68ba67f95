// @module-tag embedded-metrics

import { expect, test } from 'vitest';
import { embeddedMetrics } from '../../../adapters/metrics/embedded-metrics.ts';
import type { Measurement } from '../../../core/contract/metrics.ts';
import { T0 } from '../../support/exports.ts';

function linesOf(measurements: readonly Measurement[]): readonly string[] {
  const written: string[] = [];
  const out = { write: (line: string) => written.push(line) };
  embeddedMetrics({ stage: 'dev', clock: { now: () => T0 }, out })(measurements);
  return written;
}

test('one line holds all values of one moment', () => {
  const lines = linesOf([
    { name: 'ExportsReady', value: 1 },
    { name: 'RunSeconds', value: 6.5 },
    { name: 'BytesExported', value: 0 },
  ]);
  expect(lines).toEqual([
    '{"_aws":{"Timestamp":1772366400000,"CloudWatchMetrics":[{"Namespace":"Waybill","Dimensions":[["Stage"]],' +
      '"Metrics":[{"Name":"ExportsReady","Unit":"Count"},{"Name":"RunSeconds","Unit":"Seconds"},' +
      '{"Name":"BytesExported","Unit":"Bytes"}]}]},"Stage":"dev","ExportsReady":1,"RunSeconds":6.5,"BytesExported":0}\n',
  ]);
});

test('what has a code is also told by it, and nothing else is', () => {
  const lines = linesOf([
    { name: 'DownloadsDenied', value: 1, code: 'link_expired' },
    { name: 'LinksExpired', value: 1 },
  ]);
  expect(lines).toEqual([
    '{"_aws":{"Timestamp":1772366400000,"CloudWatchMetrics":[{"Namespace":"Waybill",' +
      '"Dimensions":[["Stage"],["Stage","Code"]],"Metrics":[{"Name":"DownloadsDenied","Unit":"Count"}]}]},' +
      '"Stage":"dev","Code":"link_expired","DownloadsDenied":1}\n',
    '{"_aws":{"Timestamp":1772366400000,"CloudWatchMetrics":[{"Namespace":"Waybill","Dimensions":[["Stage"]],' +
      '"Metrics":[{"Name":"LinksExpired","Unit":"Count"}]}]},"Stage":"dev","LinksExpired":1}\n',
  ]);
});

test('nothing measured, nothing written', () => {
  expect(linesOf([])).toEqual([]);
});
