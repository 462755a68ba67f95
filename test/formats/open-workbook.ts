import { crc32, inflateRawSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';

/** A cell as the file has it: text decoded, numbers as their own digits. */
export interface SheetCell {
  readonly type: 'text' | 'number' | 'boolean';
  readonly value: string;
  /** The code of its number format. */
  readonly format: string;
}

export interface OpenSheet {
  readonly name: string;
  /** By row and column, from 0; undefined where the file has no cell. */
  readonly rows: readonly (readonly (SheetCell | undefined)[])[];
  /** The sheet's element. */
  readonly xml: Element;
}

export interface OpenWorkbook {
  readonly sheets: readonly OpenSheet[];
  /** The root elements of all parts by path. */
  readonly parts: ReadonlyMap<string, Element>;
}

type Element = ReturnType<typeof JSON.parse>;

const builtInFormats: Readonly<Record<string, string>> = { '0': 'General', '1': '0', '49': '@' };
const repeated = new Set(['row', 'c', 'sheet', 'Relationship', 'numFmt', 'xf', 'col', 'definedName', 'Override']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  isArray: (name) => repeated.has(name),
});

/** Reads a workbook without a word of the code that writes them. */
export function openWorkbook(file: Buffer): OpenWorkbook {
  const parts = new Map([...unzip(file)].map(([path, bytes]) => [path, parser.parse(bytes.toString('utf8'))]));
  const formats = cellFormats(parts.get('xl/styles.xml').styleSheet);
  const targets = new Map<string, string>(
    parts
      .get('xl/_rels/workbook.xml.rels')
      .Relationships.Relationship.map((element: Element) => [element.Id, element.Target]),
  );
  const sheets = parts.get('xl/workbook.xml').workbook.sheets.sheet.map((element: Element) => {
    const xml = parts.get(`xl/${targets.get(element['r:id'])}`).worksheet;
    return { name: element.name, rows: rowsOf(xml, formats), xml };
  });
  return { sheets, parts };
}

/** The files of a ZIP archive by its central directory; throws where sizes or checksums do not agree. */
function unzip(file: Buffer): ReadonlyMap<string, Buffer> {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06'));
  const entries = new Map<string, Buffer>();
  let position = file.readUInt32LE(end + 16);
  for (let entry = 0; entry < file.readUInt16LE(end + 10); entry += 1) {
    const [checksum, compressed, size] = [16, 20, 24].map((field) => file.readUInt32LE(position + field));
    const [name = 0, extra = 0, comment = 0] = [28, 30, 32].map((field) => file.readUInt16LE(position + field));
    const path = file.toString('utf8', position + 46, position + 46 + name);
    const local = file.readUInt32LE(position + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    const bytes = inflateRawSync(file.subarray(start, start + Number(compressed)));
    if (bytes.length !== size || crc32(bytes) !== checksum) throw new Error(`${path} is damaged`);
    entries.set(path, bytes);
    position += 46 + name + extra + comment;
  }
  return entries;
}

function rowsOf(sheet: Element, formats: readonly string[]): (SheetCell | undefined)[][] {
  return sheet.sheetData.row.map((row: Element, index: number) => {
    if (Number(row.r) !== index + 1) throw new Error(`Row ${row.r} stands at ${index + 1}`);
    const cells: (SheetCell | undefined)[] = [];
    for (const cell of row.c ?? []) cells[columnOf(cell.r)] = cellOf(cell, formats);
    return Array.from(cells);
  });
}

function cellOf(cell: Element, formats: readonly string[]): SheetCell {
  const format = formats[Number(cell.s ?? 0)] ?? '';
  if (cell.t === 'inlineStr') {
    const text = typeof cell.is.t === 'object' ? (cell.is.t['#text'] ?? '') : cell.is.t;
    const keeps = cell.is.t['xml:space'] === 'preserve';
    return { type: 'text', value: decoded(keeps ? text : trimmed(text)), format };
  }
  // Readers differ in whether they decode escapes here, resolve references twice, and how they see nothing: there must be none.
  if (cell.t === 'str') {
    if (cell.v === '' || decoded(cell.v) !== cell.v || /&(?:#|[a-z])/i.test(cell.v))
      throw new Error(`${cell.r} is not for every reader: ${cell.v}`);
    return { type: 'text', value: trimmed(cell.v), format };
  }
  return { type: cell.t === 'b' ? 'boolean' : 'number', value: cell.v, format };
}

/** Without white space at its ends, which readers may drop. */
function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

/** @see ECMA-376 Part 1, 22.9.2.19 */
function decoded(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

function columnOf(reference: string): number {
  const letters = reference.replace(/\d+$/, '');
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 0x40, 0) - 1;
}

function cellFormats(styles: Element): string[] {
  const codes = new Map<string, string>(
    styles.numFmts.numFmt.map((element: Element) => [element.numFmtId, element.formatCode]),
  );
  return styles.cellXfs.xf.map(({ numFmtId }: Element) => codes.get(numFmtId) ?? builtInFormats[numFmtId]);
}
