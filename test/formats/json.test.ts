import { describe, expect, test } from 'vitest';
import type { ColumnType } from '../../core/domain/report.ts';
import { sql } from '../../core/domain/sql.ts';
import { testPlan, testReport } from '../support/plans.ts';
import { writtenFile } from '../support/written-files.ts';

const report = testReport({ id: 'integer', name: 'text' }, sql``);
const json = testPlan(report, { format: 'json' });
const ndjson = testPlan(report, { format: 'ndjson' });

describe('a file', () => {
  const batches = [
    [['1', 'a']],
    [],
    [
      ['2', null],
      ['3', ''],
    ],
  ];

  test('of json is one array with an object to a line', async () => {
    expect(await writtenFile(json, ...batches)).toBe(
      '[\n{"id":"1","name":"a"},\n{"id":"2","name":null},\n{"id":"3","name":""}\n]\n',
    );
  });

  test('of ndjson is an object to a line', async () => {
    expect(await writtenFile(ndjson, ...batches)).toBe(
      '{"id":"1","name":"a"}\n{"id":"2","name":null}\n{"id":"3","name":""}\n',
    );
  });

  test('without rows is an empty array, or nothing', async () => {
    expect(await writtenFile(json)).toBe('[\n]\n');
    expect(JSON.parse(await writtenFile(json, []))).toEqual([]);
    expect(await writtenFile(ndjson, [])).toBe('');
  });

  test('knows its columns by name, in the order that was asked for', async () => {
    const [id, name] = json.columns;
    if (id === undefined || name === undefined) throw new Error('no columns');
    const columns = [
      { ...name, header: 'The "name"' },
      { ...id, name: 'it"s\u2028id' },
    ];
    expect(await writtenFile({ ...json, columns }, [['a', '1']])).toBe('[\n{"name":"a","it\\"s\u2028id":"1"}\n]\n');
  });
});

describe('values', () => {
  async function written(type: ColumnType, cell: string | null): Promise<string> {
    const plan = testPlan(testReport({ id: 'integer', v: type }, sql``), { format: 'ndjson', columns: ['v'] });
    const line = await writtenFile(plan, [[cell]]);
    expect(line).toMatch(/^\{"v":[^\n]*\}\n$/);
    JSON.parse(line);
    return line.slice('{"v":'.length, -'}\n'.length);
  }

  test.each<[ColumnType, string | null, string]>([
    ['integer', '12345678901234567890', '"12345678901234567890"'],
    ['integer', '-5', '"-5"'],
    ['decimal', '-5.20', '"-5.20"'],
    ['decimal', 'NaN', '"NaN"'],
    ['float', '0.30000000000000004', '0.30000000000000004'],
    ['float', '1e+21', '1e+21'],
    ['float', '5e-324', '5e-324'],
    ['float', '-0', '-0.0'],
    ['float', 'NaN', '"NaN"'],
    ['float', 'Infinity', '"Infinity"'],
    ['float', '-Infinity', '"-Infinity"'],
    ['boolean', 'true', 'true'],
    ['boolean', 'false', 'false'],
    ['text', 'true', '"true"'],
    ['text', '=1+1', '"=1+1"'],
    ['text', 'a "b"\\\r\n\t\u0001\u007f', '"a \\"b\\"\\\\\\r\\n\\t\\u0001\u007f"'],
    ['text', '\u2028\u2029', '"\u2028\u2029"'],
    ['text', 'half \ud800', '"half \\ud800"'],
    ['enum', '', '""'],
    ['date', '0044-03-15 BC', '"0044-03-15 BC"'],
    ['timestamp', '2024-03-31T03:00:00.123456+02:00', '"2024-03-31T03:00:00.123456+02:00"'],
    ['json', '{"a": 1.10, "a": 12345678901234567890}', '{"a": 1.10, "a": 12345678901234567890}'],
    ['json', '[1,\r\n\r\n\t2\n]', '[1, \t2 ]'],
    ['json', '"line\\nbreak"', '"line\\nbreak"'],
    ['json', 'null', 'null'],
    ['json', null, 'null'],
    ['text', null, 'null'],
    ['float', null, 'null'],
  ])('%s %j', async (type, cell, expected) => {
    expect(await written(type, cell)).toBe(expected);
  });

  test.each(['', '{a: 1}', '{"a":1}{"b":2}', 'NaN', "'x'"])('%j is no JSON, and the export says so', async (cell) => {
    await expect(written('json', cell)).rejects.toMatchObject({
      code: 'invalid_data',
      retryable: false,
      userMessage: expect.stringContaining('The column v has a value that is not JSON.'),
    });
  });
});
