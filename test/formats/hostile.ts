/** Texts that formats, readers and spreadsheets like to change: each must come back as it was. */
export const hostileTexts: readonly string[] = [
  // Every control character PostgreSQL can hold.
  ...Array.from({ length: 31 }, (_, index) => `a${String.fromCharCode(index + 1)}b`),
  'a\x7fb',
  '\x85\xa0',
  '\ufeffID',
  '\ufffe\uffff\ufffd',
  // What would run as a formula in a csv file.
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\uff1d1+1\uff0b\uff0d\uff20',
  // Escapes of spreadsheet texts, whole and torn.
  '_x000D_',
  '_x000d_ and _x0041_x0042_',
  '__x0041__',
  '_x0041\x01',
  '_x00410_',
  // Markup.
  '<b>&amp;</b> ]]> "\'',
  // White space that readers trim.
  '  two before, two after  ',
  '\n',
  '\r\n',
  'line\nline\r\nline\rline',
  ' ',
  // Scripts.
  'e\u0301 n\u0303 Z\u0351\u036b\u0343',
  'שלום עליכם \u202eabc\u202c مرحبا',
  '👩‍👩‍👧‍👦 🏳️‍🌈 𝒳 𠮷',
  // Looks like something else.
  '007',
  '1e21',
  '2024-03-31',
  'TRUE',
  'NULL',
  'null',
  "'quoted",
  'ID',
];
