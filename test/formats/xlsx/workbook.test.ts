// @module-tag hostile-values
// @module-tag workbook-limits

import { describe, expect, it } from 'vitest';
import { ExportFailedError } from '../../../core/domain/errors.ts';
import type { Columns } from '../../../core/domain/report.ts';
import { xlsx } from '../../../formats/xlsx/xlsx.ts';
import { factsOf, fileOf } from '../file-of.ts';
import { openWorkbook } from '../open-workbook.ts';
import { workbookOf } from './workbook-of.ts';

describe('the workbook', () => {
  const columns: Columns = { id: { header: 'ID', type: 'integer' }, note: { header: 'Note', type: 'text' } };

  it('has only headers without rows', async () => {
    const { sheets } = await workbookOf(columns, []);
    expect(sheets.map(({ rows }) => rows.map((row) => row.map((cell) => cell?.value)))).toEqual([[['ID', 'Note']]]);
    expect(sheets[0]?.xml.autoFilter.ref).toBe('A1:B1');
  });

  it('freezes and filters the header and fits columns to what they show', async () => {
    const { sheets, parts } = await workbookOf(columns, [
      ['1', 'a note of some length'],
      ['2', 'x'.repeat(500)],
    ]);
    const xml = sheets[0]?.xml;
    expect(xml.sheetViews.sheetView.pane).toMatchObject({ ySplit: '1', topLeftCell: 'A2', state: 'frozen' });
    expect(xml.autoFilter.ref).toBe('A1:B3');
    expect(xml.cols.col.map(({ width }: { width: string }) => Number(width))).toEqual([8, 60]);
    const header = parts.get('xl/styles.xml').styleSheet.cellXfs.xf[1];
    expect(header).toMatchObject({ fontId: '1', fillId: '2' });
    expect(parts.get('xl/styles.xml').styleSheet.fonts.font[1]).toHaveProperty('b');
  });

  it('tells its title and when its rows were read', async () => {
    const facts = factsOf(columns, { title: 'Orders & <returns>' });
    const { parts, sheets } = openWorkbook(await fileOf(xlsx(), facts, []));
    const properties = parts.get('docProps/core.xml')['cp:coreProperties'];
    expect(properties['dc:title']).toBe('Orders & <returns>');
    expect(properties['dcterms:created']['#text']).toBe('2024-05-06T07:08:09.000Z');
    expect(sheets[0]?.name).toBe('Orders & <returns>');
  });

  it.each([
    ['Sales: EU/UK [2024] *?\\', 'Sales EU UK 2024'],
    ["'Quoted'", 'Quoted'],
    ['History', 'Export'],
    ['///', 'Export'],
    ['A title that is longer than a sheet may be named', 'A title that is longer than a s'],
    [`${'x'.repeat(30)}😀`, 'x'.repeat(30)],
  ])('names the sheet of %j %j', async (title, name) => {
    const { sheets } = openWorkbook(await fileOf(xlsx(), factsOf(columns, { title }), []));
    expect(sheets.map((sheet) => sheet.name)).toEqual([name]);
  });

  it('is the same file for the same rows', async () => {
    const rows = [['1', 'a']];
    const file = await fileOf(xlsx(), factsOf(columns), rows);
    expect(await fileOf(xlsx(), factsOf(columns), rows)).toEqual(file);
  });
});

describe('limits', () => {
  const columns: Columns = { id: { header: 'ID', type: 'integer' }, note: { header: 'Note', type: 'text' } };
  const rows = Array.from({ length: 7 }, (_, index) => [String(index + 1), null]);

  it('goes on in further sheets, each with a header and a filter', async () => {
    const facts = factsOf(columns, { title: 'A title that is longer than a sheet may be named' });
    const { sheets, parts } = openWorkbook(await fileOf(xlsx({ maxSheetRows: 4 }), facts, rows));
    expect(sheets.map(({ name }) => name)).toEqual([
      'A title that is longer than a s',
      'A title that is longer than (2)',
      'A title that is longer than (3)',
    ]);
    expect(sheets.map((sheet) => sheet.rows.map((row) => row[0]?.value))).toEqual([
      ['ID', '1', '2', '3'],
      ['ID', '4', '5', '6'],
      ['ID', '7'],
    ]);
    expect(sheets.map(({ xml }) => xml.autoFilter.ref)).toEqual(['A1:B4', 'A1:B4', 'A1:B2']);
    expect(sheets.map(({ xml }) => xml.sheetViews.sheetView.pane.state)).toEqual(['frozen', 'frozen', 'frozen']);
    const { definedName } = parts.get('xl/workbook.xml').workbook.definedNames;
    expect(definedName[2]['#text']).toBe("'A title that is longer than (3)'!$A$1:$B$2");
  });

  it('needs no second sheet for as many rows as one holds', async () => {
    const { sheets } = openWorkbook(await fileOf(xlsx({ maxSheetRows: 8 }), factsOf(columns), rows));
    expect(sheets).toHaveLength(1);
    const whole = factsOf(columns, { sheetOverflow: 'fail' });
    expect(openWorkbook(await fileOf(xlsx({ maxSheetRows: 8 }), whole, rows)).sheets).toHaveLength(1);
  });

  it('refuses more rows than a sheet holds where the report wants one sheet', async () => {
    const facts = factsOf(columns, { sheetOverflow: 'fail' });
    const error = await fileOf(xlsx({ maxSheetRows: 7 }), facts, rows).catch((cause) => cause);
    expect(error).toBeInstanceOf(ExportFailedError);
    expect(error).toMatchObject({ code: 'too_large', retryable: false });
    expect(error.userMessage).toMatch(/limit of 6 rows for XLSX.*Try a narrower date range/);
  });

  it.each(['x'.repeat(40_000), '😀'.repeat(16_384)])(
    'refuses a text that is longer than a cell can be',
    async (note) => {
      const tooLong = [...rows, ['8', note]];
      const error = await fileOf(xlsx({ maxSheetRows: 4 }), factsOf(columns), tooLong).catch((cause) => cause);
      expect(error).toBeInstanceOf(ExportFailedError);
      expect(error).toMatchObject({ code: 'invalid_data', retryable: false });
      expect(error.userMessage).toContain(`Row 8 has a text of ${note.length.toLocaleString('en')} characters`);
      expect(error.userMessage).toContain('column “Note”');
      expect(error.userMessage).toMatch(/Choose CSV, or leave the column out/);
    },
  );
});
