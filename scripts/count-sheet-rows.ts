import yauzl from 'yauzl';

const worksheet = /^xl\/worksheets\/[^/]+\.xml$/;
/** In text and attributes `<` is always escaped, so this is an element; `rowBreaks` is another one. */
const rowElement = /<row[\s/>]/g;
/** What the beginning of an element may lack of it at the end of a chunk. */
const CARRIED_CHARACTERS = '<row'.length;

/**
 * How many rows the worksheets of an xlsx file have, without the heading that each of them begins with.
 * @throws Error when the file is no zip archive, is damaged, or has no worksheet
 */
export async function countSheetRows(path: string): Promise<number> {
  const archive = await yauzl.openPromise(path);
  let sheets = 0;
  let rows = 0;
  for await (const entry of archive.eachEntry()) {
    if (!worksheet.test(entry.fileName)) continue;
    sheets++;
    rows += await countRowElements(await archive.openReadStreamPromise(entry));
  }
  if (sheets === 0) throw new Error('there is no worksheet in it');
  return rows - sheets;
}

async function countRowElements(xml: AsyncIterable<Buffer>): Promise<number> {
  let count = 0;
  let carried = '';
  for await (const chunk of xml) {
    // Only ASCII matters here, and one byte is one character.
    const text = carried + chunk.toString('latin1');
    count += text.match(rowElement)?.length ?? 0;
    carried = text.slice(-CARRIED_CHARACTERS);
  }
  return count;
}
