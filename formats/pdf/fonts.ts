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
export const REPLACEMENT = '\ufffd';

/** The fonts of one document, each opened when the first character needs it. */
export class Fonts {
  readonly #opened = new Map<FontName, QuickFont>();
  readonly #chosen = new Map<string, FontName>();
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

  /** Whether a font can draw a grapheme as a whole. */
  covers(name: FontName, grapheme: string): boolean {
    const font = this.open(name);
    return Array.from(grapheme).every(
      (character) => IGNORABLE.test(character) || font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0),
    );
  }

  /** The font for a grapheme: the first that can draw it as a whole, or else at least its base. */
  fontFor(grapheme: string): FontName {
    let chosen = this.#chosen.get(grapheme);
    if (chosen === undefined) {
      const [base = ''] = grapheme;
      const whole = order.find((name) => this.covers(name, grapheme));
      if (whole === undefined) this.#lacking++;
      chosen = whole ?? order.find((name) => this.covers(name, base)) ?? 'regular';
      this.#chosen.set(grapheme, chosen);
    }
    return chosen;
  }

  /** The text as the font can draw it, with nothing that it lacks. */
  drawable(name: FontName, text: string): string {
    const font = this.open(name);
    return Array.from(text, (character) => {
      if (font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)) return character;
      return IGNORABLE.test(character) ? '' : REPLACEMENT;
    }).join('');
  }
}
