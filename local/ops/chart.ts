import { scaleLinear } from 'd3-scale';
import { escapeHtml } from './html.ts';
import { clockTime, shortNumber } from './number-format.ts';
import type { ChartView, LineView } from './ops-view.ts';

/** Of the drawing, in its own units: it is stretched to its column, its text is not part of it. */
const WIDTH = 600;
const HEIGHT = 120;

/** Colours of lines, defined by the page for both themes. */
const COLOURS = 8;

type Point = readonly [number, number];

interface DrawnLine extends LineView {
  /** Where an area under the line begins, by time. */
  readonly base: ReadonlyMap<number, number>;
}

/** Draws a widget of metrics: a chart with its legend, or the latest values as figures. */
export function drawChart(chart: ChartView): string {
  if (chart.lines.every(({ points }) => points.length === 0)) return '<p class="none">No data in this hour</p>';
  return chart.view === 'singleValue' ? drawFigures(chart.lines) : `${drawLines(chart)}${drawLegend(chart.lines)}`;
}

function drawFigures(lines: readonly LineView[]): string {
  const figures = lines.map(({ label, points }) => {
    const last = points.at(-1);
    return `<div><dt>${escapeHtml(label)}</dt><dd>${last ? shortNumber(last[1]) : '–'}</dd></div>`;
  });
  return `<dl class="figures">${figures.join('')}</dl>`;
}

function drawLines(chart: ChartView): string {
  const { startMs, endMs, periodSeconds, marks } = chart;
  const lines = chart.isStacked ? stack(chart.lines) : chart.lines.map((line) => ({ ...line, base: new Map() }));
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const top = Math.max(...values, ...marks.map(({ value }) => value), 0);
  const bottom = Math.min(...values, 0);
  // A flat line at 0 needs a height too.
  const y = scaleLinear([bottom, top === bottom ? bottom + 1 : top], [HEIGHT, 0]).nice(3);
  const lastMs = endMs - periodSeconds * 1000;
  const x = scaleLinear([startMs, Math.max(lastMs, startMs + 1)], [0, WIDTH]);
  const place = ([time, value]: Point) => `${round(x(time))},${round(y(value))}`;

  const ticks = y.ticks(3);
  const grid = ticks.map((tick) => `<path class="grid" d="M0 ${round(y(tick))}H${WIDTH}"/>`);
  const limits = marks.map(
    ({ label, value }) =>
      `<path class="mark" d="M0 ${round(y(value))}H${WIDTH}"><title>${escapeHtml(label)}</title></path>`,
  );
  const drawn = lines.map(({ points, base }, index) => {
    const colour = `c${index % COLOURS}`;
    const runs = runsOf(points, periodSeconds * 1000);
    const areas = runs.map((run) => {
      const back = run.toReversed().map(([time]): Point => [time, base.get(time) ?? Math.max(0, bottom)]);
      return `<polygon class="area ${colour}" points="${[...run, ...back].map(place).join(' ')}"/>`;
    });
    // A point alone has no length: a stroke with round caps shows it.
    const strokes = runs.map(
      (run) => `<polyline class="line ${colour}" points="${[...run, ...run.slice(-1)].map(place).join(' ')}"/>`,
    );
    return [...(chart.isStacked || lines.length === 1 ? areas : []), ...strokes].join('');
  });
  const scale = ticks.map(
    (tick) => `<span style="top:${round((y(tick) / HEIGHT) * 100)}%">${shortNumber(tick)}</span>`,
  );
  const times = [startMs, (startMs + lastMs) / 2, lastMs].map((time) => `<span>${clockTime(time)}</span>`);
  return (
    `<div class="plot"><div class="scale">${scale.join('')}</div>` +
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(chart.title)}">` +
    `${grid.join('')}${drawn.join('')}${limits.join('')}</svg></div><div class="times">${times.join('')}</div>`
  );
}

function drawLegend(lines: readonly LineView[]): string {
  const rows = lines.map(({ label, points }, index) => {
    const values = points.map(([, value]) => value);
    const figures =
      values.length === 0
        ? ['–', '–', '–']
        : [values.at(-1) ?? 0, Math.min(...values), Math.max(...values)].map(shortNumber);
    const cells = figures.map((figure) => `<td>${figure}</td>`).join('');
    return `<tr><th scope="row"><i class="c${index % COLOURS}"></i>${escapeHtml(label)}</th>${cells}</tr>`;
  });
  return `<table class="legend"><thead><tr><th></th><th>last</th><th>min</th><th>max</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** Each line on top of those before it. */
function stack(lines: readonly LineView[]): DrawnLine[] {
  const heights = new Map<number, number>();
  return lines.map(({ label, points }) => {
    const base = new Map(heights);
    const stacked = points.map(([time, value]): Point => [time, value + (base.get(time) ?? 0)]);
    for (const [time, height] of stacked) heights.set(time, height);
    return { label, base, points: stacked };
  });
}

/** Points without a gap between them: where data is missing, nothing is drawn. */
function runsOf(points: readonly Point[], periodMs: number): Point[][] {
  const runs: Point[][] = [];
  for (const point of points) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run !== undefined && before !== undefined && point[0] - before[0] <= periodMs) run.push(point);
    else runs.push([point]);
  }
  return runs;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
