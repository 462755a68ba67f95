import fc from 'fast-check';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import { type Cell, type ColumnType, columnTypes } from '../../core/domain/report.ts';
import type { Snapshot } from '../../core/domain/snapshot.ts';
import { type Sql, sql } from '../../core/domain/sql.ts';
import { nastyValues } from '../../sample/nasty-values.ts';
import { testPlan, testReport } from './plans.ts';

const databaseTypes: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  enum: 'text',
  json: 'json',
  uuid: 'uuid',
  integer: 'numeric',
  decimal: 'numeric',
  float: 'float8',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
};

/** A plan over one column of each of these types, and these rows in this order. */
export function typedPlan(
  types: readonly ColumnType[],
  rows: readonly (readonly Cell[])[],
  changes: Partial<Snapshot> = {},
): ExportPlan {
  const names = types.map((type, index) => `${type}${index}`);
  const casts = types.map((type, index) => `(row ->> ${index})::${databaseTypes[type]} AS ${names[index]}`);
  const columns: Sql = { kind: 'sql', text: [casts.join(', ')], values: [] };
  const query = sql`SELECT 'acme' AS account, position, ${columns}
    FROM json_array_elements(${JSON.stringify(rows)}::json) WITH ORDINALITY AS given (row, position)`;
  const typed = Object.fromEntries(types.map((type, index) => [names[index], type] as const));
  return testPlan(testReport({ position: 'integer', ...typed }, query), { columns: names, ...changes });
}

const databaseText = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...',;"\'\t\r\n=+-@ \\.Nn\u00a0\ufeff'),
      fc.string({ unit: 'binary', maxLength: 1 }),
    ),
  })
  .filter((text) => !text.includes('\0') && text.isWellFormed());

const textOfInstant = fc
  .record({
    ms: fc.date({ min: new Date('1950-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
    micros: fc.nat(999),
  })
  .map(({ ms, micros }) => ms.toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`));

/** Every value a column may hold, but for NULL; as PostgreSQL reads it. */
export const valuesOfType: Readonly<Record<ColumnType, fc.Arbitrary<string>>> = {
  text: databaseText,
  enum: databaseText,
  json: fc
    .tuple(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'))
    .map(([value, indent]) => JSON.stringify(value, undefined, indent)),
  uuid: fc.uuid(),
  integer: fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }).map(String),
  decimal: fc.oneof(
    fc
      .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 100_000, max: 999_999 }))
      .map(([whole, fraction]) => `${whole}.${fraction}`),
    fc.constantFrom('NaN', 'Infinity', '-Infinity', '0.000000'),
  ),
  float: fc.double().map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  boolean: fc.constantFrom('true', 'false'),
  date: fc.oneof(
    fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10)),
    fc.constantFrom('Infinity', '-Infinity'),
  ),
  timestamp: fc.oneof(textOfInstant, fc.constantFrom('Infinity', '-Infinity')),
};

/** What a cell stands for: the same number or instant may be written in several ways, anything else in one. */
export function meaningOf(type: ColumnType, cell: Cell): unknown {
  if (cell === null) return null;
  if (type === 'float') return Number(cell);
  if (type !== 'timestamp' || cell.endsWith('Infinity')) return cell;
  const micros = /\.(\d+)/.exec(cell)?.[1]?.padEnd(6, '0').slice(3) ?? '000';
  return BigInt(Date.parse(cell)) * 1_000n + BigInt(micros);
}

/** Values by type that files and the programs that open them tend to change. */
const hostileValues: Readonly<Record<ColumnType, readonly Cell[]>> = {
  text: [
    ...nastyValues.note,
    ...nastyValues.customer_name,
    ...nastyValues.order_number,
    ...Array.from({ length: 159 }, (_, code) => `${String.fromCharCode(code + 1)}control`),
    '00501',
    '-5.20',
    '1e21',
    'NaN',
    '12345678901234567890',
    'ID',
    '\uff1dcmd',
    'e\u0301\u0323\u0308'.repeat(20),
    '\u202e\u05d0\u05d1\u05d2 \u0627\u0644\u0639\u0631\u0628\u064a\u0629\u202c',
    '\u{1f9d1}\u{1f3fe}\u200d\u{1f680}',
    'x'.repeat(40_000),
    '\u{1f600}",\r\n\t'.repeat(6_000),
  ],
  enum: ['=1+1', '', null],
  json: [...nastyValues.metadata, '{"a":\n\t[1,\r\n2.50]}', '"\u2028\u2029"', '-5', '1e400', '{"a":1,"a":2}'],
  uuid: nastyValues.order_uuid,
  integer: [...nastyValues.external_id, '99999999999999999999999999999999999999'],
  decimal: [...nastyValues.total, '-5.20', '1000000000000000000000', 'NaN', 'Infinity', '-Infinity'],
  float: nastyValues.weight_kg,
  boolean: ['true', 'false', null],
  date: [...nastyValues.shipped_on, 'Infinity', '-Infinity'],
  timestamp: [
    ...nastyValues.placed_at,
    ...nastyValues.updated_at,
    '1899-12-31T23:59:59.999999+00:00',
    '0001-01-01T00:00:00+00:00',
    'Infinity',
    '-Infinity',
  ],
};

/** All of them as one table, a column of each type; shorter columns end in NULLs. */
export const hostileTable = {
  types: columnTypes,
  rows: hostileValues.text.map((_, index) => columnTypes.map((type) => hostileValues[type][index] ?? null)),
};
