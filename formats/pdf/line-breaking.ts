import { graphemesOf } from './simple-text.ts';

/** Where one line of a text starts and ends; white space at its end is left out. */
export interface LineSpan {
  readonly start: number;
  readonly end: number;
}

const words = new Intl.Segmenter('en', { granularity: 'word' });

/** White space at which a line may end, so not the no-break spaces. */
const SPACES_AT_END = /[ \t\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]+$/u;
const STARTS_WITH_SPACE = /^[ \t\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]/u;
const HYPHENATED = /\p{L}[-\u2010\u2013\u2014/]$/u;
const STARTS_WITH_LETTER = /^\p{L}/u;
/** Scripts without spaces between words. */
const spaceless = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar'].map(
  (name) => `\\p{Script=${name}}`,
);
const ENDS_SPACELESS = new RegExp(`[${spaceless.join('')}]\\p{M}*$`, 'u');
const STARTS_SPACELESS = new RegExp(`^[${spaceless.join('')}]`, 'u');
/** Never at the start of a line, or at its end. */
const CLOSING = /^[\p{Pe}\p{Pf}\p{Po}\p{M}]/u;
const OPENING = /[\p{Ps}\p{Pi}]$/u;
/** What a word is divided after that is wider than the line: the marks of addresses and paths. */
const MARKS = /(?<=[-@._/&=,;:?#+])/u;

/** Sums of widths differ by less than this when only their order does, in points. */
export const ROUNDING = 0.01;

/**
 * Breaks a text into lines no wider than a width: between words where that is possible, then after the marks of
 * addresses, then anywhere but within a character.
 * @param measure the width of a piece of the text
 * @param maxLines lines after which to stop; the last span then ends before the text does
 */
export function breakLines(
  text: string,
  width: number,
  maxLines: number,
  measure: (piece: string) => number,
): readonly LineSpan[] {
  const lines: LineSpan[] = [];
  let start = 0;
  let at = 0;
  let used = 0;

  function endLine(): void {
    lines.push({ start, end: start + text.slice(start, at).replace(SPACES_AT_END, '').length });
    start = at;
    used = 0;
  }

  function place(pieces: readonly string[], dividers: readonly ((piece: string) => readonly string[])[]): void {
    for (const piece of pieces) {
      if (lines.length === maxLines) return;
      const visible = measure(piece.replace(SPACES_AT_END, ''));
      const [divide, ...finer] = dividers;
      if (visible > width + ROUNDING && divide !== undefined) {
        place(divide(piece), finer);
        continue;
      }
      if (used > 0 && used + visible > width + ROUNDING) endLine();
      if (lines.length === maxLines) return;
      at += piece.length;
      used += measure(piece);
    }
  }

  place(wordsOf(text), [(word) => word.split(MARKS), graphemesOf]);
  if (lines.length < maxLines) endLine();
  return lines;
}

/** Pieces between which a line may end, each with the spaces after it. */
function wordsOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (const { segment } of words.segment(text)) {
    const before = pieces.at(-1);
    if (before === undefined || mayBreak(before, segment)) pieces.push(segment);
    else pieces[pieces.length - 1] = before + segment;
  }
  return pieces;
}

function mayBreak(before: string, after: string): boolean {
  if (STARTS_WITH_SPACE.test(after)) return false;
  if (SPACES_AT_END.test(before)) return true;
  if (HYPHENATED.test(before) && STARTS_WITH_LETTER.test(after)) return true;
  if (CLOSING.test(after) || OPENING.test(before)) return false;
  return ENDS_SPACELESS.test(before) || STARTS_SPACELESS.test(after);
}
