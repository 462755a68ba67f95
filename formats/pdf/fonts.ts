import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as fontkit from 'fontkit';
import { type FontName, fontFiles } from '../../core/contract/fonts.ts';
import { type QuickFont, quickFont } from './quick-font.ts';

/** The packages' own place in the sources; beside the program in a bundle. */
const packages = createRequire(import.meta.url);

/** In the order in which they are asked for a character. What several have looks best in the first. */
const order: readonly FontName[] = ['regular', 'arabic', 'hebrew', 'thai', 'emoji', 'symbols', 'chinese', 'korean'];

/** Steers layout and is never drawn itself: joiners, variation selectors, marks of direction. */
const IGNORABLE = /^\p{Default_Ignorable_Code_Point}$/u;

/** Drawn for what no font has. */
const REPLACEMENT = '\ufffd';

/** A grapheme as it can be drawn: in a font that has it, without what steers layout only. */
export interface DrawableGrapheme {
  readonly font: FontName;
  readonly text: string;
}

/** The fonts of one document, each opened when the first character needs it. */
export class Fonts {
  readonly #opened = new Map<FontName, QuickFont>();
  readonly #drawable = new Map<string, DrawableGrapheme>();
  #lacking = 0;

  /** How many different characters no font has. */
  get lacking(): number {
    return this.#lacking;
  }

  open(name: FontName): QuickFont {
    let font = this.#opened.get(name);
    if (font === undefined) {
      const opened = fontkit.create(readFileSync(packages.resolve(fontFiles[name])));
      if (!('layout' in opened)) throw new TypeError(`${fontFiles[name]} is a collection of fonts`);
      font = quickFont(opened);
      this.#opened.set(name, font);
    }
    return font;
  }

  /** Chooses the first font that can draw a grapheme as a whole, or else at least its base. */
  drawable(grapheme: string): DrawableGrapheme {
    let drawable = this.#drawable.get(grapheme);
    if (drawable === undefined) {
      const [base = ''] = grapheme;
      const whole = order.find((name) => this.#covers(name, grapheme));
      if (whole === undefined) this.#lacking++;
      const font = whole ?? order.find((name) => this.#covers(name, base)) ?? 'regular';
      drawable = { font, text: this.#replaced(font, grapheme) };
      this.#drawable.set(grapheme, drawable);
    }
    return drawable;
  }

  #covers(name: FontName, grapheme: string): boolean {
    const font = this.open(name);
    return Array.from(grapheme).every((character) => has(font, character) || IGNORABLE.test(character));
  }

  /** The text without what the font lacks. */
  #replaced(name: FontName, grapheme: string): string {
    const font = this.open(name);
    const replacement = (character: string) => (IGNORABLE.test(character) ? '' : REPLACEMENT);
    return Array.from(grapheme, (it) => (has(font, it) ? it : replacement(it))).join('');
  }
}

function has(font: QuickFont, character: string): boolean {
  return font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
}
