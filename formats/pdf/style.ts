import type { TextStyle } from './typesetter.ts';

/** Greys that stay apart on a black and white printer. */
const ink = { strong: '#1a1f36', text: '#2e3448', quiet: '#697386', faint: '#a3acb9' } as const;

/** Lines and areas. */
export const strokes = { hairline: '#e3e8ee', rule: '#8792a2', mark: '#3c4257' } as const;

export const textStyles = {
  title: { weight: 'bold', size: 18, color: ink.strong },
  label: { weight: 'regular', size: 7, color: ink.quiet },
  fact: { weight: 'regular', size: 8.5, color: ink.text },
  chartTitle: { weight: 'bold', size: 9, color: ink.strong },
  axis: { weight: 'regular', size: 7, color: ink.quiet },
  note: { weight: 'regular', size: 7.5, color: ink.quiet },
  footer: { weight: 'regular', size: 7, color: ink.quiet },
} as const satisfies Record<string, TextStyle>;

export function cellStyle(size: number): TextStyle {
  return { weight: 'regular', size, color: ink.text };
}

export function nullStyle(size: number): TextStyle {
  return { weight: 'regular', size, color: ink.faint };
}

export function headerStyle(size: number): TextStyle {
  return { weight: 'bold', size: size * 0.94, color: ink.quiet };
}

/** Of a page, in points. */
export interface PageSize {
  readonly width: number;
  readonly height: number;
}

/** A4. */
export const portrait: PageSize = { width: 595.28, height: 841.89 };
export const landscape: PageSize = { width: portrait.height, height: portrait.width };

/** From the edges of the page to its content; the footer stands within the last. */
export const margins = { side: 40, top: 40, bottom: 52 } as const;

export function contentWidth({ width }: PageSize): number {
  return width - 2 * margins.side;
}

export function contentBottom({ height }: PageSize): number {
  return height - margins.bottom;
}
