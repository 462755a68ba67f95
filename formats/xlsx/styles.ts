import type { FileColumn } from '../../core/domain/export-plan.ts';

/** Positions in the style sheet's list of cell formats; those of {@link decimalStyle} follow. */
export const style = {
  general: 0,
  header: 1,
  text: 2,
  integer: 3,
  date: 4,
  timestamp: 5,
  fineTimestamp: 6,
  boolean: 7,
} as const;

const FIRST_DECIMAL_STYLE = 8;
/** Excel shows no more digits after the point. */
const MOST_SHOWN_DIGITS = 30;
/** Smaller ids are built in. */
const FIRST_CUSTOM_FORMAT = 164;

const builtIn = { general: 0, integer: 1, text: 49 } as const;
const typeFormats = [
  'yyyy-mm-dd',
  'yyyy-mm-dd hh:mm:ss',
  'yyyy-mm-dd hh:mm:ss.000',
  // Excel needs none for booleans; LibreOffice may show 1 and 0 without it.
  '&quot;TRUE&quot;;&quot;TRUE&quot;;&quot;FALSE&quot;',
];

/** The format of a decimal column shows as many digits after the point as its values have. */
export function decimalStyle(columns: readonly FileColumn[], scale: number): number {
  return FIRST_DECIMAL_STYLE + scalesOf(columns).indexOf(shownDigits(scale));
}

/** xl/styles.xml. */
export function stylesXml(columns: readonly FileColumn[]): string {
  const decimalFormats = scalesOf(columns).map((digits) => (digits === 0 ? '0' : `0.${'0'.repeat(digits)}`));
  const customFormats = [...typeFormats, ...decimalFormats].map((code, index) => ({
    id: FIRST_CUSTOM_FORMAT + index,
    code,
  }));
  const cellFormats = [
    cellFormat(builtIn.general),
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>',
    cellFormat(builtIn.text),
    cellFormat(builtIn.integer),
    ...customFormats.map(({ id }) => cellFormat(id)),
  ];
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    `<numFmts count="${customFormats.length}">` +
    customFormats.map(({ id, code }) => `<numFmt numFmtId="${id}" formatCode="${code}"/>`).join('') +
    '</numFmts>' +
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>' +
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>' +
    // The first two fills are fixed by Excel, whatever the file says.
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE7ECF2"/><bgColor indexed="64"/></patternFill></fill></fills>' +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    `<cellXfs count="${cellFormats.length}">${cellFormats.join('')}</cellXfs>` +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>' +
    '</styleSheet>'
  );
}

function cellFormat(numberFormat: number): string {
  return `<xf numFmtId="${numberFormat}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`;
}

function scalesOf(columns: readonly FileColumn[]): readonly number[] {
  const scales = columns.flatMap((column) => (column.type === 'decimal' ? [shownDigits(column.scale)] : []));
  return [...new Set(scales)];
}

function shownDigits(scale: number): number {
  return Math.min(scale, MOST_SHOWN_DIGITS);
}
