/**
 * What clocks in a time zone show, by the instant in epoch milliseconds. The result is of the same form as epoch
 * milliseconds and is read with the UTC methods of Date.
 */
export function wallTimeIn(timeZone: string): (epoch: number) => number {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (epoch) => {
    const parts = Object.fromEntries(format.formatToParts(epoch).map(({ type, value }) => [type, value]));
    const field = (name: Intl.DateTimeFormatPartTypes) => Number(parts[name]);
    const milliseconds = ((epoch % 1000) + 1000) % 1000;
    const wall = new Date(0);
    // Not Date.UTC, which takes years below 100 for those of the last century.
    wall.setUTCFullYear(field('year'), field('month') - 1, field('day'));
    return wall.setUTCHours(field('hour'), field('minute'), field('second'), milliseconds);
  };
}
