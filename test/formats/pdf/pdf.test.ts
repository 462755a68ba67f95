// @module-tag hostile-values
// @module-tag too-large

import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fontFiles } from '../../../core/contract/fonts.ts';
import { ExportFailedError } from '../../../core/domain/errors.ts';
import type { Columns } from '../../../core/domain/report.ts';
import type { Snapshot } from '../../../core/domain/snapshot.ts';
import type { Row } from '../../../core/ports/export-source.ts';
import type { FileFacts } from '../../../formats/file-format.ts';
import { fileFormatOf } from '../../../formats/index.ts';
import { pdf } from '../../../formats/pdf/pdf.ts';
import { bytesOf } from '../../support/written-files.ts';
import { factsOf, fileOf } from '../file-of.ts';
import { hostileTexts } from '../hostile.ts';
import { emptyBoxes, writtenPdf } from './read-pdf.ts';

const guests: Columns = {
  number: { header: 'No.', type: 'integer' },
  name: { header: 'Guest', type: 'text' },
  paid: { header: 'Paid', type: 'decimal', precision: 38, scale: 4 },
  vip: { header: 'VIP', type: 'boolean' },
  bornOn: { header: 'Born on', type: 'date' },
  checkedInAt: { header: 'Checked in', type: 'timestamp' },
};

const rows: readonly Row[] = [
  ['1', 'Ada Lovelace', '12.5000', 'true', '1815-12-10', '2024-03-31T03:00:27.123456+02:00'],
  ['2', 'Zoë Żak', '-1234567890123456789012.0100', 'false', '0044-03-15 BC', null],
  ['30', '', '0.0000', null, 'Infinity', 'Infinity'],
];

const texts: Columns = { text: { header: 'Text', type: 'text' } };

function withSnapshot(facts: FileFacts, changes: Partial<Snapshot>): FileFacts {
  return { ...facts, plan: { ...facts.plan, snapshot: { ...facts.plan.snapshot, ...changes } } };
}

function guestRows(count: number): readonly Row[] {
  return Array.from({ length: count }, (_, index) => [`${index + 1}`, `Guest ${index + 1}`, '1.0', 'true', null, null]);
}

it('is the format that is written for pdf', async () => {
  const facts = factsOf(texts);
  async function* batches() {
    yield [['Hello']];
  }
  expect(await bytesOf(fileFormatOf('pdf')(facts, batches()))).toEqual(await bytesOf(pdf(facts, batches())));
});

describe('the heading', () => {
  it('states title, account, filters, point in time in the zone of the file, and the number of rows', async () => {
    const filters = z.object({
      eventId: z.string().meta({ title: 'Event' }),
      placedFrom: z.iso.date().optional().meta({ title: 'Placed from' }),
      to: z.iso.date().meta({ title: 'Until' }).optional(),
      ticketTypes: z.array(z.string()),
      onlyVip: z.boolean().default(false),
    });
    const facts = withSnapshot(factsOf(guests, { filters }), {
      filters: {
        eventId: 'Summer fair',
        placedFrom: '2024-05-01',
        to: '2024-05-31',
        ticketTypes: ['a', 'b'],
        onlyVip: true,
      },
      timeZone: 'Asia/Kathmandu',
    });
    const { pages } = await writtenPdf(facts, rows);
    const [{ text = '' } = {}] = pages;
    expect(text).toContain('Test report');
    expect(text).toContain('Account acme');
    expect(text).toContain('Event Summer fair');
    expect(text).toContain('Placed from 2024-05-01');
    expect(text).toContain('Until 2024-05-31');
    expect(text).toContain('Ticket types a, b');
    expect(text).toContain('Only vip yes');
    expect(text).toContain('Data as of 2024-05-06 12:53');
    expect(text).toContain('Times are in Asia/Kathmandu');
    expect(text).toContain('Rows 3');
    expect(text).not.toContain('Filters');
  });

  it('says that there are no filters, and whose rows the file is limited to', async () => {
    const { text } = await writtenPdf(withSnapshot(factsOf(guests), { ownerId: 'usr_7' }), rows);
    expect(text).toContain('Filters None');
    expect(text).toContain('Only rows of usr_7');
  });

  it('is told to programs as well, and the time is that of the data', async () => {
    const { info } = await writtenPdf(factsOf(guests), rows);
    expect(info).toMatchObject({
      Title: 'Test report',
      Author: 'Waybill',
      CreationDate: 'D:20240506070809Z',
      Language: 'en',
    });
  });
});

describe('the table', () => {
  it('shows every cell: numbers digit by digit, times to the minute, yes and no, a dash for NULL', async () => {
    const { pages } = await writtenPdf(factsOf(guests), rows);
    const cells = pages[0]?.items.map(({ text }) => text);
    expect(cells).toEqual(expect.arrayContaining(['No.', 'Guest', 'Paid', 'VIP', 'Born on', 'Checked in']));
    expect(cells).toEqual(
      expect.arrayContaining(['1', 'Ada Lovelace', '12.5000', 'yes', '1815-12-10', '2024-03-31 03:00']),
    );
    expect(cells).toEqual(
      expect.arrayContaining(['2', 'Zoë Żak', '-1234567890123456789012.0100', 'no', '0044-03-15 BC', '–']),
    );
    expect(cells).toEqual(expect.arrayContaining(['30', '0.0000', 'Infinity']));
    expect(cells?.filter((text) => text === '–')).toHaveLength(2);
  });

  it('lets numbers end, and texts begin, below each other', async () => {
    const { pages } = await writtenPdf(factsOf(guests), rows);
    const at = (text: string) => pages[0]?.items.find((item) => item.text === text);
    expect(at('12.5000')?.right).toBeCloseTo(at('-1234567890123456789012.0100')?.right ?? 0, 1);
    expect(at('Paid')?.right).toBeCloseTo(at('0.0000')?.right ?? 0, 1);
    expect(at('Ada Lovelace')?.left).toBeCloseTo(at('Zoë Żak')?.left ?? 0, 1);
    expect(at('Guest')?.left).toBeCloseTo(at('Zoë Żak')?.left ?? 0, 1);
  });

  it('repeats its headings, and numbers the pages', async () => {
    const { pages } = await writtenPdf(factsOf(guests), guestRows(150));
    expect(pages.length).toBeGreaterThan(3);
    pages.forEach(({ text }, index) => {
      expect(text).toContain('No. Guest Paid VIP Born on Checked in');
      expect(text.trimEnd()).toMatch(new RegExp(`Test report Page ${index + 1} of ${pages.length}$`));
    });
    const all = pages.map(({ text }) => text).join(' ');
    for (let number = 1; number <= 150; number++) expect(all).toContain(`${number} Guest ${number} 1.0 yes – –`);
  });

  it('keeps every line within the page, above the footer', async () => {
    const high = guestRows(100).map(([number = null, , ...rest]) => [number, 'a\nb\nc\nd\ne', ...rest]);
    for (const rows of [guestRows(150), high]) {
      const { pages } = await writtenPdf(factsOf(guests), rows);
      for (const { items, width } of pages) {
        const footer = items.find(({ text }) => /^Page \d/.test(text))?.baseline ?? 0;
        for (const { left, right, baseline } of items) {
          expect(left).toBeGreaterThan(30);
          expect(right).toBeLessThan(width - 30);
          if (baseline !== footer) expect(baseline).toBeGreaterThan(footer + 8);
        }
      }
    }
  });

  it('never divides a row over pages', async () => {
    const long = Array.from({ length: 60 }, (_, row) => [
      [1, 2, 3, 4, 5].map((line) => `row${row}line${line}.`).join('\n'),
    ]);
    const { pages } = await writtenPdf(factsOf(texts), long);
    expect(pages.length).toBeGreaterThan(4);
    for (let row = 0; row < long.length; row++) {
      const holding = pages.filter(({ text }) => text.includes(`row${row}line`));
      expect(holding).toHaveLength(1);
      expect(holding[0]?.text.match(new RegExp(`row${row}line`, 'g'))).toHaveLength(5);
    }
  });

  it('keeps numbers whole in twenty columns, at the cost of longer values', async () => {
    const header = (index: number) => `C${index}`;
    const wide: Columns = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        header(index),
        { header: header(index), type: index % 2 === 0 ? ('uuid' as const) : ('integer' as const) },
      ]),
    );
    const row = Object.keys(wide).map((_, index) =>
      index % 2 === 0 ? '0e37df36-f698-11e6-8dd4-cb9ced3df976' : '1234567890',
    );
    const { pages } = await writtenPdf(factsOf(wide), [row]);
    expect(pages[0]?.text.match(/\b1234567890\b/g)).toHaveLength(10);
  });

  it('is upright while its columns fit, and across when there are many', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`c${index}`, { header: `Column ${index}`, type: 'uuid' as const }]),
    );
    const uuid = '0e37df36-f698-11e6-8dd4-cb9ced3df976';
    const [upright] = (await writtenPdf(factsOf(guests), rows)).pages;
    const [across] = (await writtenPdf(factsOf(many), [Array.from({ length: 12 }, () => uuid)])).pages;
    expect([upright?.width, upright?.height]).toEqual([595.28, 841.89]);
    expect([across?.width, across?.height]).toEqual([841.89, 595.28]);
    const copied = across?.items.map(({ text }) => text).join('');
    expect(copied?.match(/[\da-f]/g)?.length).toBeGreaterThanOrEqual(12 * 32);
  });

  it('says so when there are no rows', async () => {
    const { pages, text } = await writtenPdf(factsOf(guests), []);
    expect(pages).toHaveLength(1);
    expect(text).toContain('Rows 0');
    expect(text).toContain('No. Guest Paid VIP Born on Checked in No rows match these filters.');
    expect(text).toContain('Page 1 of 1');
    expect((await writtenPdf(factsOf(guests), rows)).text).not.toContain('No rows match');
  });

  it('shows a single column of NULL', async () => {
    const { text } = await writtenPdf(factsOf({ nothing: { header: 'Nothing', type: 'text' } }), [[null], [null]]);
    expect(text).toContain('Nothing – –');
  });
});

describe('texts that are too long', () => {
  const long = `${'word '.repeat(8_000)}end`;

  it('are shortened visibly, which a note at the end counts', async () => {
    const { text } = await writtenPdf(factsOf(texts), [[long], ['short'], [long]]);
    expect(text.match(/word…/g)).toHaveLength(2);
    expect(text).toContain('2 texts are too long to be printed whole');
    expect(text).not.toContain('end ');
  });

  it('are wrapped and whole as long as there is room', async () => {
    const words = Array.from({ length: 150 }, (_, index) => `word${index}`).join(' ');
    const { text } = await writtenPdf(factsOf(texts), [[words], ['one\ntwo\r\nthree']]);
    expect(text).toContain(words);
    expect(text).toContain('one two three');
    expect(text).not.toContain('too long');
  });
});

describe('scripts', () => {
  const samples: readonly (readonly [string, string])[] = [
    ['Greek', 'Ελλάδα'],
    ['Cyrillic', 'Київ'],
    ['Vietnamese', 'Nguyễn Thị Ánh'],
    ['Arabic', 'محمد'],
    ['Hebrew', 'שלום'],
    ['Devanagari', 'कमल'],
    ['Thai', 'สวัสดี'],
    ['Chinese, simplified', '东京对说话'],
    ['Chinese, traditional', '臺灣對說話'],
    ['Japanese', '渡邉さくらアイウ'],
    ['Korean', '김철수'],
    ['emoji', '🎉'],
    ['symbols', '✓→★'],
  ];

  it.each(samples)('draws %s with a font that has it, and so that it can be copied', async (_, sample) => {
    const { text, bytes } = await writtenPdf(factsOf(texts), [[sample]]);
    expect(text).toContain(sample);
    expect(emptyBoxes(bytes)).toBe(0);
    expect(text).not.toContain('in no font');
  });

  it('would notice a character that the font lacks', async () => {
    const document = new PDFDocument({ font: createRequire(import.meta.url).resolve(fontFiles.regular) });
    document.text('東').end();
    const bytes = await bytesOf(document as AsyncIterable<Uint8Array>);
    expect(emptyBoxes(bytes)).toBe(1);
  });

  it('shows what no font has as �, and says how much', async () => {
    const { text, bytes } = await writtenPdf(factsOf(texts), [['ქა ok']]);
    expect(text).toContain('�� ok');
    expect(text).toContain('2 characters are in no font of this file');
    expect(emptyBoxes(bytes)).toBe(0);
  });

  it('shows control characters by their symbols', async () => {
    const { text } = await writtenPdf(factsOf(texts), [['a\x01b\x1bc\x7fd\x90e\tf']]);
    expect(text).toContain('a␁b␛c␡d�e f');
  });

  it('draws whatever a database can hold', async () => {
    const { bytes } = await writtenPdf(
      factsOf(texts),
      hostileTexts.map((text) => [text]),
    );
    expect(emptyBoxes(bytes)).toBe(0);
  });
});

describe('the chart', () => {
  const chart = { title: 'Arrivals', kind: 'bars', x: 'checkedInAt' } as const;
  const arrivals = guestRows(100).map((row, index) => [...row.slice(0, 5), `2024-05-06T1${index % 3}:00:00Z`]);

  it('stands above the table of the first page alone, with its axes', async () => {
    const { pages } = await writtenPdf(factsOf(guests, { chart }), arrivals);
    const [first, ...others] = pages.map(({ text }) => text);
    expect(first).toContain('Arrivals Rows per 5 minutes, by Checked in');
    expect(first).toMatch(/10:00.* 11:00.* 12:00/);
    expect(first?.indexOf('Arrivals')).toBeLessThan(first?.indexOf('No. Guest') ?? 0);
    for (const other of others) expect(other).not.toContain('Arrivals');
  });

  it('is left out when its column is not in the file, or there is nothing to draw', async () => {
    const unseen = await writtenPdf(factsOf(guests, { chart: { ...chart, x: 'unknown' } }), arrivals);
    const empty = await writtenPdf(factsOf(guests, { chart }), []);
    for (const { text } of [unseen, empty]) expect(text).not.toContain('Arrivals');
  });

  it.each(['bars', 'line'] as const)('names categories beside its %s', async (kind) => {
    const { pages } = await writtenPdf(
      factsOf(guests, { chart: { title: 'By name', kind, x: 'name', y: 'paid' } }),
      rows.map(([number, , ...rest]) => [number ?? null, `Group ${number}`, ...rest]),
    );
    expect(pages[0]?.text).toContain('By name Paid, by Guest');
    expect(pages[0]?.text.match(/Group 30/g)).toHaveLength(2);
  });
});

describe('the limit', () => {
  const facts = factsOf(guests, { maxPdfRows: 1_000 });

  it('lets as many rows through', async () => {
    const { text } = await writtenPdf(facts, guestRows(1_000));
    expect(text).toContain('Rows 1,000');
  });

  it('ends the export with one row more, says what to do, and reads no further', async () => {
    let batches = 0;
    async function* endless() {
      for (;;) {
        batches++;
        yield guestRows(600);
      }
    }
    const failure = await bytesOf(pdf(facts, endless())).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ExportFailedError);
    expect(failure).toMatchObject({
      code: 'too_large',
      retryable: false,
      userMessage: expect.stringMatching(/1,000 rows for PDF.*narrower date range.*CSV/),
    });
    expect(batches).toBe(2);
    await expect(fileOf(pdf, facts, guestRows(1_001))).rejects.toThrow(ExportFailedError);
  });
});

it('gives the same bytes for the same rows of the same snapshot', async () => {
  const facts = factsOf(guests, { chart: { title: 'Arrivals', kind: 'bars', x: 'checkedInAt' } });
  const first = await fileOf(pdf, facts, rows);
  expect(await fileOf(pdf, facts, rows)).toEqual(first);
  const later = { ...facts, snapshot: { takenAt: facts.snapshot.takenAt + 60_000 } };
  expect(await fileOf(pdf, later, rows)).not.toEqual(first);
});
