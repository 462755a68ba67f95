/** Orders per account; the positions of the nasty values follow from them. */
export interface OrderCounts {
  readonly acme: number;
  readonly globex: number;
}

/** One cell of `app.orders` that holds a value made to break exports. */
export interface NastyCell {
  readonly accountId: keyof OrderCounts;
  readonly orderId: number;
  readonly column: NastyColumn;
  /** The value as PostgreSQL prints it to a client whose time zone is UTC, or null. */
  readonly value: string | null;
}

/** The columns of `app.orders` that hold nasty values. */
export type NastyColumn = keyof typeof nastyValues;

/** Where in an account's line of orders each value stands: in acme once in 2024 and twice in 2025, in globex in 2025. */
const POSITIONS = [
  { accountId: 'acme', percent: 30 },
  { accountId: 'acme', percent: 50 },
  { accountId: 'acme', percent: 70 },
  { accountId: 'globex', percent: 60 },
] as const;

/** Every character below U+0020 that PostgreSQL can hold (all but NUL), and DEL. */
const CONTROL_CHARACTERS = `${String.fromCharCode(...Array.from({ length: 31 }, (_, index) => index + 1))}\u007f`;

/** Values that exports tend to change, by column; each as PostgreSQL prints it under time zone UTC. */
export const nastyValues = {
  note: [
    // Absent, empty, and what is easily taken for either.
    null,
    '',
    ' ',
    'NULL',
    '\\N',
    '\\.',
    // Delimiters, quotes, line ends.
    ',',
    '"',
    '""',
    'She said "keep it, please", and left',
    "it's 5' 11\" tall",
    'semi;colon|pipe',
    'tab\there',
    'line feed\nsecond line',
    'carriage return, line feed\r\nsecond line',
    'carriage return\rsecond line',
    '\nleading line feed',
    'trailing line feed\n',
    '"quoted", with\r\n"every" kind,\nof\tbreak',
    'C:\\new\\table\\',
    '  spaces around  ',
    // Read as a formula by spreadsheets.
    '=1+1',
    '=HYPERLINK("https://example.com","click me")',
    "=cmd|' /C calc'!A0",
    '+49 30 1234567',
    '-5.20',
    '-1 piece missing',
    '@SUM(A1:A9)',
    '\t=1+1',
    '\r=1+1',
    '\n=1+1',
    '\uff1d1+1',
    '\uff0b1+1',
    '\uff0d1+1',
    '\uff20SUM(A1)',
    '   =1+1',
    '\u00a0=1+1',
    '\u3000@SUM(A1)',
    "'=1+1",
    '"=1+1"',
    'a=1+1',
    // Read as a number, a date or a truth value by spreadsheets.
    '007',
    '12345678901234567890',
    '1e21',
    '0x1F',
    '1/2',
    '2025-03-04',
    'TRUE',
    'MARCH1',
    'ID',
    // Scripts, directions, combinations.
    '\u{1f469}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466} family, \u{1f1e9}\u{1f1ea} flag, \u{1f44d}\u{1f3fd} thumb',
    'caf\u00e9 composed',
    'cafe\u0301 decomposed',
    'Z\u0351\u036b\u0343a\u0329\u032al\u0348g\u030f\u0351o\u0321',
    '\u0645\u0631\u062d\u0628\u0627 (12) "\u0639\u0627\u0644\u0645"',
    '\u05e9\u05dc\u05d5\u05dd, world',
    'over\u202eride\u202c',
    '\u674e\u5c0f\u9f8d\u3001\u6771\u4eac',
    'zero\u200bwidth\u2060joined',
    '\ufeffbyte order mark first',
    'next\u0085line, line\u2028separator, paragraph\u2029separator',
    'last code point \u{10ffff}, not a character \uffff, private \ue000',
    CONTROL_CHARACTERS,
    // Markup and escapes of other formats.
    '_x000D_',
    '<b>&amp;</b> ]]> <!--',
    '%s %00 %n {0} {{7*7}}',
    '\\u0041\\x41\\101',
    "Robert'); drop table app.orders; --",
    'long: '.padEnd(2_000, 'abcdefghi,'),
  ],
  customer_name: [
    '',
    '=1+1',
    '-',
    'O\'Brien, "Pat"\r\nsecond line',
    '\u0639\u0644\u064a \u0643\u0631\u064a\u0645',
    '  @home',
  ],
  email: [null, '+49@mail.example', '"quoted, comma"@mail.example', "o'hara@b\u00fccher.example"],
  order_number: ['0000123', '=A1', '-0000123', '1E5'],
  external_id: [
    '9223372036854775808',
    '18446744073709551616',
    '99999999999999999999',
    '10000000000000000001',
    '-1',
    '0',
  ],
  order_uuid: [
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '00000000-0000-0000-0000-000000001e10',
  ],
  total: [
    '99999999999999.999999',
    '-99999999999999.999999',
    '0.000001',
    '-0.000001',
    '0.000000',
    '-5.200000',
    '9007199254740.993001',
  ],
  quantity: ['0', '-1', '2147483647', '-2147483648'],
  metadata: [
    null,
    'null',
    '""',
    '[]',
    '12345678901234567890.123456789',
    '{"": {"a\\"b": "line\\nfeed, \\\\ and \\u0001"}, "e": 1.10, "\u00fc": "\u{1f600}"}',
  ],
  placed_at: [
    // Europe/Berlin: the hour that is missing on 30 March 2025, and 02:30 twice on 26 October 2025.
    '2025-03-30 00:59:59.999999+00',
    '2025-03-30 01:00:00+00',
    '2025-10-26 00:30:00+00',
    '2025-10-26 01:30:00+00',
    // America/New_York: the same on 9 March and 2 November 2025.
    '2025-03-09 06:59:59.999999+00',
    '2025-03-09 07:00:00+00',
    '2025-11-02 05:30:00+00',
    '2025-11-02 06:30:00+00',
    // Another year in one of these zones than in UTC.
    '2024-12-31 23:30:00+00',
    '2025-01-01 04:59:59.999999+00',
    '2025-12-31 23:00:00+00',
    '2024-02-29 12:00:00.000001+00',
  ],
  shipped_on: [null, '2024-02-29', '1899-12-31', '1900-02-28', '0001-01-01', '9999-12-31'],
  updated_at: [null, '1969-12-31 23:59:59.999999+00', '9999-12-31 23:59:59.999999+00'],
  ip_address: [null, '0.0.0.0', '192.0.2.0/24', '2001:db8::1', '::ffff:192.0.2.128'],
  weight_kg: [
    null,
    'NaN',
    'Infinity',
    '-Infinity',
    '-0',
    '0.30000000000000004',
    '1e+21',
    '5e-324',
    '1.7976931348623157e+308',
    '123456789012345.67',
  ],
  tags: [
    '{}',
    '{NULL,"",null-ish}',
    '{"a,b","say \\"hi\\"","back\\\\slash","{curly}","two\nlines"}',
    '{=1+1,\u0645\u0631\u062d\u0628\u0627}',
  ],
} as const satisfies Readonly<Record<string, readonly (string | null)[]>>;

/** Every nasty cell of a sample database with `counts` orders, one to an order; four cells for each value. */
export function nastyCells(counts: OrderCounts): NastyCell[] {
  return POSITIONS.flatMap(({ accountId, percent }) => {
    const before = Math.floor((counts[accountId] * percent) / 100);
    return (Object.keys(nastyValues) as NastyColumn[])
      .flatMap((column) => nastyValues[column].map((value) => ({ column, value })))
      .map(({ column, value }, index) => ({ accountId, orderId: before + index + 1, column, value }));
  });
}
