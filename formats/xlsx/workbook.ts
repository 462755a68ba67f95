import type { ExportPlan } from '../../core/domain/export-plan.ts';
import { filterRange } from './sheet.ts';
import { stylesXml } from './styles.ts';
import { xmlText } from './xml-text.ts';

/** A sheet that has been written. */
export interface Sheet {
  readonly name: string;
  /** With the header. */
  readonly rows: number;
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const MAX_NAME_LENGTH = 31;

export const sheetPath = (number: number) => `xl/worksheets/sheet${number}.xml`;

/** The parts that stand before the sheets. How many of those there will be is not known yet, so they are the default. */
export function leadingParts(
  { report, columns, snapshot }: ExportPlan,
  takenAt: number,
): Readonly<Record<string, string>> {
  const created = new Date(takenAt).toISOString();
  return {
    '[Content_Types].xml':
      `${XML}<Types xmlns="${PACKAGE}/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Default Extension="xml" ContentType="${SPREADSHEET}.worksheet+xml"/>` +
      `<Override PartName="/xl/workbook.xml" ContentType="${SPREADSHEET}.sheet.main+xml"/>` +
      `<Override PartName="/xl/styles.xml" ContentType="${SPREADSHEET}.styles+xml"/>` +
      '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>' +
      '</Types>',
    '_rels/.rels':
      `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
      `<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/>` +
      `<Relationship Id="rId2" Type="${PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
      '</Relationships>',
    'xl/styles.xml': stylesXml(columns),
    'docProps/core.xml':
      `${XML}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" ` +
      'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" ' +
      'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
      `<dc:title>${xmlText(snapshot.report.title)}</dc:title>` +
      `<dc:description>${xmlText(report.description)}</dc:description>` +
      `<dcterms:created xsi:type="dcterms:W3CDTF">${created}</dcterms:created>` +
      '</cp:coreProperties>',
  };
}

/** The parts that list the sheets. */
export function closingParts(sheets: readonly Sheet[], columns: number): Readonly<Record<string, string>> {
  const styles = sheets.length + 1;
  return {
    'xl/workbook.xml':
      `${XML}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}">` +
      '<bookViews><workbookView/></bookViews><sheets>' +
      sheets
        .map(({ name }, index) => `<sheet name="${attribute(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
        .join('') +
      '</sheets><definedNames>' +
      sheets.map((sheet, index) => filterName(sheet, index, columns)).join('') +
      '</definedNames></workbook>',
    'xl/_rels/workbook.xml.rels':
      `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
      sheets
        .map((_, index) => {
          const target = sheetPath(index + 1).replace('xl/', '');
          return `<Relationship Id="rId${index + 1}" Type="${OFFICE}/worksheet" Target="${target}"/>`;
        })
        .join('') +
      `<Relationship Id="rId${styles}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  };
}

/** `Orders`, `Orders (2)` ...: the title without what Excel refuses in the name of a sheet. */
export function sheetName(title: string, number: number): string {
  const suffix = number === 1 ? '' : ` (${number})`;
  const allowed = title
    .replace(/[[\]:*?/\\\p{Cc}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, MAX_NAME_LENGTH - suffix.length)
    // Half a surrogate pair may be left at the end.
    .toWellFormed()
    .replace(/^[' ]+|[' \ufffd]+$/g, '');
  const name = allowed === '' || /^history$/i.test(allowed) ? 'Export' : allowed;
  return name + suffix;
}

/** The name under which Excel keeps the range of a sheet's filter. */
function filterName({ name, rows }: Sheet, index: number, columns: number): string {
  const range = `'${name.replaceAll("'", "''")}'!${filterRange(columns, rows, '$')}`;
  return `<definedName name="_xlnm._FilterDatabase" localSheetId="${index}" hidden="1">${xmlText(range)}</definedName>`;
}

function attribute(text: string): string {
  return xmlText(text).replaceAll('"', '&quot;');
}
