import type { FileFormat } from '../file-format.ts';

/** Loads what draws it only when one is made: fonts and their tables are tens of megabytes that other formats do without. */
export const pdf: FileFormat = async function* (facts, rows) {
  const { pdfDocument } = await import('./document.ts');
  yield* pdfDocument(facts, rows);
};
