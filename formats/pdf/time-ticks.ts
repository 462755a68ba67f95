import type { TimePoint } from './chart-series.ts';
import { type TimeStep, timeSteps } from './time-steps.ts';

/** A label below a time axis. */
export interface TimeTick {
  /** Index of the point it belongs to. */
  readonly index: number;
  readonly label: string;
  /** The day or year, where it is not that of the tick before. */
  readonly below?: string;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Steps of times that are wall times already. */
const steps = timeSteps({ epoch: 0, wall: 0 }, (wall) => wall);

/**
 * As many labels as there is room for, at round times.
 * @param stepName of the points' own step; a label of a shorter one would say more than there is
 * @param most how many labels fit
 */
export function timeTicks(points: readonly TimePoint[], stepName: string, most: number): readonly TimeTick[] {
  for (const step of steps.slice(steps.findIndex(({ name }) => name === stepName))) {
    const indexes = points.flatMap((_, index) => (beginsStep(points, index, step) ? [index] : []));
    if (indexes.length > 0 && indexes.length <= most) return labelled(points, indexes, step.precision);
  }
  return labelled(points, [0], 'minute');
}

function beginsStep(points: readonly TimePoint[], index: number, step: TimeStep): boolean {
  const start = points[index]?.start ?? 0;
  const number = stepAt(step, start);
  const before = points[index - 1]?.start;
  return before === undefined ? step.startOf(number) === start : stepAt(step, before) !== number;
}

function stepAt(step: TimeStep, wall: number): number {
  return step.numberOf({ epoch: wall, wall });
}

function labelled(
  points: readonly TimePoint[],
  indexes: readonly number[],
  precision: TimeStep['precision'],
): readonly TimeTick[] {
  let previous: string | undefined;
  return indexes.map((index) => {
    const { label, below } = textOf(new Date(points[index]?.start ?? 0), precision);
    const changes = below !== undefined && below !== previous;
    previous = below;
    return { index, label, ...(changes && { below }) };
  });
}

function textOf(date: Date, precision: TimeStep['precision']): { label: string; below?: string } {
  const year = String(date.getUTCFullYear());
  const month = months[date.getUTCMonth()] ?? '';
  const day = `${date.getUTCDate()} ${month}`;
  switch (precision) {
    case 'minute':
      return { label: date.toISOString().slice(-13, -8), below: `${day} ${year}` };
    case 'day':
      return { label: day, below: year };
    case 'month':
      return { label: month, below: year };
    case 'year':
      return { label: year };
  }
}
