import { scaleLinear } from 'd3-scale';
import { escapeHtml } from '../local/ops/html.ts';
import { COLOURS } from './line-chart.ts';

/** A part of a line: stacked parts follow each other, those of a schedule begin when they begin. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  /** What its colour means; see {@link BarChart.series}. */
  readonly series: string;
}

export interface BarChart {
  /** With the unit of the values. */
  readonly title: string;
  readonly lines: readonly { readonly label: string; readonly bars: readonly Bar[]; readonly note?: string }[];
  /** In the order of their colours. A single one needs no legend. */
  readonly series: readonly string[];
  /** Levels that bars are compared with. */
  readonly marks?: readonly { readonly x: number; readonly label: string }[];
}

const WIDTH = 760;
const RIGHT = 64;
const TOP = 40;
const LINE_HEIGHT = 22;
const BAR_HEIGHT = 14;
const LETTER_WIDTH = 6.6;
/** A bar of nothing is still seen. */
const MIN_BAR = 1;

/** Draws horizontal bars from zero on, as a picture of its own: it brings its background and its letters. */
export function drawBarChart({ title, lines, series, marks = [] }: BarChart): string {
  const left = 16 + Math.max(...lines.map(({ label }) => label.length)) * LETTER_WIDTH;
  const most = Math.max(...lines.flatMap(({ bars }) => bars.map(({ to }) => to)), ...marks.map(({ x }) => x));
  const x = scaleLinear([0, most || 1], [left, WIDTH - RIGHT]).nice(5);
  const bottom = TOP + lines.length * LINE_HEIGHT;
  const hasLegend = series.length > 1;
  const height = bottom + (hasLegend ? 56 : 32);
  const text = (at: number, top: number, anchor: string, content: string, more = '') =>
    `<text x="${round(at)}" y="${round(top)}" text-anchor="${anchor}"${more}>${escapeHtml(content)}</text>`;
  const colourOf = (name: string) => COLOURS[Math.max(0, series.indexOf(name)) % COLOURS.length];
  const drawn = lines.flatMap(({ label, bars, note }, index) => {
    const top = TOP + index * LINE_HEIGHT + (LINE_HEIGHT - BAR_HEIGHT) / 2;
    const end = Math.max(left, ...bars.map(({ to }) => x(to)));
    return [
      text(left - 8, top + BAR_HEIGHT - 3, 'end', label),
      ...bars.map(({ from, to, series: name }) => {
        const width = Math.max(MIN_BAR, x(to) - x(from));
        return `<rect class="bar" x="${round(x(from))}" y="${round(top)}" width="${round(width)}" height="${BAR_HEIGHT}" fill="${colourOf(name)}"/>`;
      }),
      ...(note === undefined ? [] : [text(end + 6, top + BAR_HEIGHT - 3, 'start', note)]),
    ];
  });
  const legend = hasLegend
    ? series.map((name, index) => {
        const at = 16 + (index * (WIDTH - 32)) / series.length;
        return `<rect x="${round(at)}" y="${height - 20}" width="12" height="8" fill="${colourOf(name)}"/>${text(at + 18, height - 12, 'start', name)}`;
      })
    : [];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escapeHtml(title)}">`,
    '<style>text{font:12px system-ui,sans-serif;fill:#333}.grid{stroke:#ddd}.mark{stroke:#b00;stroke-dasharray:4 4}</style>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(16, 20, 'start', title, ' font-weight="bold"'),
    ...x
      .ticks(5)
      .flatMap((value) => [
        `<path class="grid" d="M${round(x(value))} ${TOP}V${bottom}"/>`,
        text(x(value), bottom + 18, 'middle', value.toLocaleString('en')),
      ]),
    ...drawn,
    ...marks.flatMap((mark) => [
      `<path class="mark" d="M${round(x(mark.x))} ${TOP - 4}V${bottom}"/>`,
      text(x(mark.x), TOP - 8, 'middle', mark.label),
    ]),
    ...legend,
    '</svg>\n',
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
