const SIMPLE =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\uac00-\ud7a3\p{N}\p{P}\p{Zs}\p{Sc}\p{Sm}\ufffd]*$/u;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Whether each code point stands for itself, whatever its neighbours are: no marks, joiners or letters that join. */
export function isSimple(text: string): boolean {
  return SIMPLE.test(text);
}

/** The characters of a text as readers know them: letters with their marks, emoji with all of their parts. */
export function graphemesOf(text: string): readonly string[] {
  if (isSimple(text)) return Array.from(text);
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}
