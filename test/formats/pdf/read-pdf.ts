import { inflateSync } from 'node:zlib';
import { getDocumentProxy } from 'unpdf';
import type { Row } from '../../../core/ports/export-source.ts';
import type { FileFacts } from '../../../formats/file-format.ts';
import { pdf } from '../../../formats/pdf/pdf.ts';
import { fileOf } from '../file-of.ts';

/** A piece of text as an independent reader finds it, in points from the lower left corner. */
interface TextItem {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly baseline: number;
}

export interface ReadPage {
  readonly width: number;
  readonly height: number;
  readonly items: readonly TextItem[];
  /** All of its text, with one space for any white space. */
  readonly text: string;
}

export interface ReadPdf {
  readonly bytes: Buffer;
  readonly pages: readonly ReadPage[];
  /** Of all pages. */
  readonly text: string;
  readonly info: Readonly<Record<string, unknown>>;
}

/** Writes the rows as a PDF file and reads it back. */
export async function writtenPdf(facts: FileFacts, rows: readonly Row[]): Promise<ReadPdf> {
  return readPdf(await fileOf(pdf, facts, rows));
}

async function readPdf(bytes: Buffer): Promise<ReadPdf> {
  const document = await getDocumentProxy(new Uint8Array(bytes));
  const pages: ReadPage[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number);
    const { width, height } = page.getViewport({ scale: 1 });
    const { items } = await page.getTextContent();
    const found = items.flatMap((item) =>
      'str' in item && item.str.trim() !== ''
        ? [
            {
              text: item.str,
              left: item.transform[4],
              right: item.transform[4] + item.width,
              baseline: item.transform[5],
            },
          ]
        : [],
    );
    const text = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? ' ' : '') : '')).join('');
    pages.push({ width, height, items: found, text: text.replace(/\s+/gu, ' ') });
  }
  const { info } = await document.getMetadata();
  return { bytes, pages, text: pages.map((page) => page.text).join(' '), info: info as Record<string, unknown> };
}

/** How many glyphs are the empty box a font has for what it lacks: always its first, number 0. */
export function emptyBoxes(bytes: Buffer): number {
  const source = bytes.toString('latin1');
  let boxes = 0;
  for (const { index, 0: start } of source.matchAll(/\/Filter \/FlateDecode\n>>\nstream\n/g)) {
    const from = index + start.length;
    const content = inflateSync(bytes.subarray(from, source.indexOf('\nendstream', from))).toString('latin1');
    for (const [shown] of content.matchAll(/^\[.*\] TJ$/gm)) {
      const glyphs = [...shown.matchAll(/<([\da-f]+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
      boxes += glyphs.filter((glyph) => glyph === '0000').length;
    }
  }
  return boxes;
}
