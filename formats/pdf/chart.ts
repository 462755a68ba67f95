import { scaleBand, scaleLinear } from 'd3-scale';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import type { Chart } from '../../core/domain/report.ts';
import type { CategoryPoint, Series, TimeSeries } from './chart-series.ts';
import { drawLines, drawRule, drawText, type Sheet } from './sheet.ts';
import { contentWidth, margins, strokes, textStyles } from './style.ts';
import { timeTicks } from './time-ticks.ts';
import { lineHeight } from './typesetter.ts';

const { chartTitle: titleStyle, note: noteStyle, axis: axisStyle } = textStyles;

/** Of the area in which values are drawn, in points. */
const PLOT_HEIGHT = 110;
const BAR_ROW_HEIGHT = 13;
const LABEL_GAP = 6;
const MAX_NAME_WIDTH = 170;
const TIME_LABEL_WIDTH = 54;
const TICKS = 4;

/**
 * Draws a chart across the page.
 * @param top its upper edge
 * @returns its lower edge, with the space below it
 */
export function drawChart(
  sheet: Sheet,
  chart: Chart,
  columns: readonly FileColumn[],
  series: Series,
  top: number,
): number {
  drawText(sheet, chart.title, { x: margins.side, top }, titleStyle);
  let y = top + lineHeight(titleStyle);
  drawText(sheet, explanation(chart, columns, series), { x: margins.side, top: y }, noteStyle);
  y += lineHeight(noteStyle) + 10;
  const bottom =
    series.kind === 'time' ? drawOverTime(sheet, chart, series, y) : drawBars(sheet, chart, series.points, y);
  return bottom + 18;
}

/** What the numbers are: `Rows per 15 minutes, by Checked in at`. */
function explanation(chart: Chart, columns: readonly FileColumn[], series: Series): string {
  const header = (name: string | undefined) => columns.find((column) => column.name === name)?.header ?? '';
  const what = chart.y === undefined ? 'Rows' : header(chart.y);
  const per = series.kind === 'time' ? ` per ${series.stepName}` : '';
  const soFar = chart.cumulative ? ', each including the ones before it' : '';
  const leftOut =
    series.leftOut === 0 ? '' : `. Not shown: ${series.leftOut.toLocaleString('en')} rows without a value`;
  return `${what}${per}, by ${header(chart.x)}${soFar}${leftOut}`;
}

function drawOverTime(sheet: Sheet, chart: Chart, { points, stepName }: TimeSeries, top: number): number {
  const { document, text, size } = sheet;
  const bottom = top + PLOT_HEIGHT;
  const right = margins.side + contentWidth(size);
  const value = valueScale(points, [bottom, top]);
  const ticks = ticksOf(value, chart);
  const format = value.tickFormat(TICKS);
  const left = margins.side + Math.max(...ticks.map((tick) => text.width(format(tick), axisStyle))) + LABEL_GAP;
  const place = scaleBand<number>().domain(points.keys()).range([left, right]).paddingInner(0.25).paddingOuter(0.1);
  const middle = (index: number) => (place(index) ?? left) + place.bandwidth() / 2;

  for (const tick of ticks) {
    const y = value(tick);
    drawRule(sheet, [left, y], [right, y], tick === 0 ? strokes.rule : strokes.hairline);
    drawText(
      sheet,
      format(tick),
      { x: left - LABEL_GAP, top: y - lineHeight(axisStyle) / 2, align: 'right' },
      axisStyle,
    );
  }
  if (chart.kind === 'bars') {
    points.forEach((point, index) => {
      const y = value(Math.max(0, point.value));
      const height = Math.abs(value(point.value) - value(0));
      document.rect(place(index) ?? left, y, place.bandwidth(), height).fill(strokes.mark);
    });
  } else {
    document.lineWidth(1.5).strokeColor(strokes.mark).lineJoin('round');
    points.forEach((point, index) => {
      if (index === 0) document.moveTo(middle(index), value(point.value));
      else document.lineTo(middle(index), value(point.value));
    });
    document.stroke();
  }
  const labelTop = bottom + 4;
  for (const { index, label, below } of timeTicks(points, stepName, (right - left) / TIME_LABEL_WIDTH)) {
    const x = middle(index);
    drawRule(sheet, [x, bottom], [x, bottom + 3], strokes.rule);
    drawText(sheet, label, { x, top: labelTop, align: 'center' }, axisStyle);
    if (below !== undefined) {
      drawText(sheet, below, { x, top: labelTop + lineHeight(axisStyle), align: 'center' }, axisStyle);
    }
  }
  return labelTop + 2 * lineHeight(axisStyle);
}

/** Names are read from left to right, so their bars lie. */
function drawBars(sheet: Sheet, chart: Chart, points: readonly CategoryPoint[], top: number): number {
  const { document, text, size } = sheet;
  const bottom = top + points.length * BAR_ROW_HEIGHT;
  const right = margins.side + contentWidth(size);
  const names = points.map(({ name }) => text.set(name, axisStyle, MAX_NAME_WIDTH));
  const left = margins.side + Math.max(...names.map(({ lines }) => lines[0]?.width ?? 0)) + LABEL_GAP;
  const value = valueScale(points, [left, right]);
  const ticks = ticksOf(value, chart);
  const format = value.tickFormat(TICKS);
  // The last label stands in the middle below the end of the axis.
  value.range([left, right - text.width(format(ticks.at(-1) ?? 0), axisStyle) / 2]);
  for (const tick of ticks) {
    const x = value(tick);
    drawRule(sheet, [x, top], [x, bottom], tick === 0 ? strokes.rule : strokes.hairline);
    drawText(sheet, format(tick), { x, top: bottom + 3, align: 'center' }, axisStyle);
  }
  points.forEach((point, index) => {
    const y = top + index * BAR_ROW_HEIGHT;
    const labelTop = y + (BAR_ROW_HEIGHT - lineHeight(axisStyle)) / 2;
    drawLines(sheet, names[index]?.lines ?? [], { x: left - LABEL_GAP, top: labelTop, align: 'right' }, axisStyle);
    const x = value(Math.min(0, point.value));
    document.rect(x, y + 2, Math.abs(value(point.value) - value(0)), BAR_ROW_HEIGHT - 4).fill(strokes.mark);
  });
  return bottom + 3 + lineHeight(axisStyle);
}

/** From zero to a round number beyond the largest value. */
function valueScale(points: readonly { readonly value: number }[], range: readonly [number, number]) {
  const values = points.map(({ value }) => value);
  const most = Math.max(0, ...values);
  const least = Math.min(0, ...values);
  return scaleLinear([least, least === most ? 1 : most], range).nice(TICKS);
}

/** Rows are counted in whole numbers. */
function ticksOf(value: ReturnType<typeof valueScale>, { y }: Chart): readonly number[] {
  const ticks = value.ticks(TICKS);
  return y === undefined ? ticks.filter(Number.isInteger) : ticks;
}
