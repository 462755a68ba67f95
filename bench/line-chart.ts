import { scaleLinear } from 'd3-scale';
import { escapeHtml } from '../local/ops/html.ts';

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface LineChart {
  /** With the unit of the values. */
  readonly title: string;
  readonly lines: readonly Line[];
  /** What is written below the axis, by x. */
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  /** Levels that lines are compared with. */
  readonly marks?: readonly { readonly y: number; readonly label: string }[];
}

const WIDTH = 760;
const HEIGHT = 240;
const LEFT = 64;
const RIGHT = 24;
const TOP = 40;
const BOTTOM = 48;

/** Told apart on white and on dark grey, and by people who do not tell red from green. */
export const COLOURS = ['#2f7ed8', '#e07b00', '#7a5ab8', '#2a9d8f', '#555555', '#b8860b'];

/** Draws lines from zero up, as a picture of its own: it brings its background and its letters. */
export function drawLineChart({ title, lines, ticks, marks = [] }: LineChart): string {
  const values = [...lines.flatMap(({ points }) => points.map(([, y]) => y)), ...marks.map(({ y }) => y)];
  const xs = [...lines.flatMap(({ points }) => points.map(([at]) => at)), ...ticks.map((tick) => tick.x)];
  const x = scaleLinear([Math.min(...xs), Math.max(...xs)], [LEFT, WIDTH - RIGHT]);
  const y = scaleLinear([0, values.reduce((top, value) => Math.max(top, value), 0) || 1], [HEIGHT - BOTTOM, TOP]).nice(
    4,
  );
  const text = (left: number, top: number, anchor: string, content: string, more = '') =>
    `<text x="${round(left)}" y="${round(top)}" text-anchor="${anchor}"${more}>${escapeHtml(content)}</text>`;
  const levels = y
    .ticks(4)
    .flatMap((value) => [
      `<path class="grid" d="M${LEFT} ${round(y(value))}H${WIDTH - RIGHT}"/>`,
      text(LEFT - 8, y(value) + 4, 'end', value.toLocaleString('en')),
    ]);
  const drawn = lines.map(({ points }, index) => {
    const path = points.map(([px, py], each) => `${each === 0 ? 'M' : 'L'}${round(x(px))} ${round(y(py))}`).join('');
    // A line of one point is a dot.
    return `<path class="line" stroke="${COLOURS[index % COLOURS.length]}" d="${path}${points.length === 1 ? 'h0' : ''}"/>`;
  });
  const legend = lines.map(({ label }, index) => {
    const left = LEFT + (index * (WIDTH - LEFT - RIGHT)) / lines.length;
    const colour = COLOURS[index % COLOURS.length];
    return `<rect x="${round(left)}" y="${HEIGHT - 16}" width="12" height="4" fill="${colour}"/>${text(left + 18, HEIGHT - 10, 'start', label)}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">`,
    '<style>text{font:12px system-ui,sans-serif;fill:#333}.grid{stroke:#ddd}.mark{stroke:#b00;stroke-dasharray:4 4}.line{fill:none;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}</style>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 20, 'start', title, ' font-weight="bold"'),
    ...levels,
    ...ticks.map((tick) => text(x(tick.x), HEIGHT - BOTTOM + 18, 'middle', tick.label)),
    ...marks.flatMap((mark) => [
      `<path class="mark" d="M${LEFT} ${round(y(mark.y))}H${WIDTH - RIGHT}"/>`,
      text(WIDTH - RIGHT, y(mark.y) - 4, 'end', mark.label),
    ]),
    ...drawn,
    ...legend,
    '</svg>\n',
  ].join('\n');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
