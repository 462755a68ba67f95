import bidiFactory from 'bidi-js';
import type { FontName } from '../../core/contract/fonts.ts';
import type { Fonts } from './fonts.ts';
import { graphemesOf } from './simple-text.ts';

/** A piece of text in one font and one direction. */
export interface Run {
  readonly font: FontName;
  /** As given to the font, which itself puts right-to-left scripts in their visual order. */
  readonly text: string;
}

/** Text without line ends, and the direction of each of its characters. */
export interface Paragraph {
  readonly text: string;
  /** Embedding level of each UTF-16 unit, odd from right to left; none if all text goes from left to right. */
  readonly levels?: Uint8Array;
}

// Its types describe an ES module, which Node does not load.
const bidi = (bidiFactory as unknown as typeof bidiFactory.default)();

const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\u200f\u202b\u202e\u2067\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Scripts whose glyphs a font puts from right to left by itself. */
const REVERSED_BY_FONT = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;
const ASCII = /^[ -~]*$/;
/** Has done its work once the levels are known. */
const INVISIBLE = /[\p{Bidi_Control}\u00ad\u200b\u2060\ufeff]/gu;

export function paragraphOf(text: string): Paragraph {
  if (!RIGHT_TO_LEFT.test(text)) return { text };
  return { text, levels: bidi.getEmbeddingLevels(text).levels };
}

/** The runs of one line of a paragraph, from left to right as they are drawn. */
export function visualRuns({ text, levels }: Paragraph, start: number, end: number, fonts: Fonts): readonly Run[] {
  const line = text.slice(start, end);
  if (levels === undefined) return fontRuns(line, fonts);
  return inVisualOrder(levelRuns(levels, start, end)).flatMap((run) => {
    const isRightToLeft = run.level % 2 === 1;
    if (!isRightToLeft) return fontRuns(text.slice(run.start, run.end), fonts);
    const mirrored = Array.from(text.slice(run.start, run.end), (it) => bidi.getMirroredCharacter(it) ?? it).join('');
    return fontRuns(mirrored, fonts)
      .map((part) => (REVERSED_BY_FONT.test(part.text) ? part : { ...part, text: reversed(part.text) }))
      .reverse();
  });
}

/** Runs of one font each, in the order of the text. */
export function fontRuns(text: string, fonts: Fonts): readonly Run[] {
  if (ASCII.test(text)) return text === '' ? [] : [{ font: 'regular', text }];
  const runs: { font: FontName; text: string }[] = [];
  for (const grapheme of graphemesOf(text.replace(INVISIBLE, ''))) {
    const drawable = fonts.drawable(grapheme);
    const last = runs.at(-1);
    if (last?.font === drawable.font) last.text += drawable.text;
    else if (drawable.text !== '') runs.push({ ...drawable });
  }
  return runs;
}

interface LevelRun {
  readonly level: number;
  readonly start: number;
  readonly end: number;
}

function levelRuns(levels: Uint8Array, start: number, end: number): LevelRun[] {
  const runs: LevelRun[] = [];
  for (let from = start; from < end; ) {
    const level = levels[from] ?? 0;
    let to = from + 1;
    while (to < end && levels[to] === level) to++;
    runs.push({ level, start: from, end: to });
    from = to;
  }
  return runs;
}

/** @see https://www.unicode.org/reports/tr9/#L2 */
function inVisualOrder(runs: readonly LevelRun[]): readonly LevelRun[] {
  const ordered = [...runs];
  const levels = runs.map(({ level }) => level);
  const lowestOdd = Math.min(...levels.filter((level) => level % 2 === 1));
  for (let level = Math.max(...levels); level >= lowestOdd; level--) {
    for (let from = 0; from < ordered.length; from++) {
      let to = from;
      while ((ordered[to]?.level ?? -1) >= level) to++;
      if (to > from) ordered.splice(from, to - from, ...ordered.slice(from, to).reverse());
      from = to;
    }
  }
  return ordered;
}

function reversed(text: string): string {
  return graphemesOf(text).toReversed().join('');
}
