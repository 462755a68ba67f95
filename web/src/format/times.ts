const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' });
const calendarDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

const steps = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

/** Date and time to the second, in the browser's locale and zone. @param instant ISO 8601 */
export function formatInstant(instant: string): string {
  return exact.format(new Date(instant));
}

/** The day alone, e.g. `22 November 2026`. @param instant ISO 8601 */
export function formatDay(instant: string): string {
  return day.format(new Date(instant));
}

/** `22 Nov 2026`, of a day that belongs to no time zone. @param date `2026-11-22` */
export function formatCalendarDay(date: string): string {
  return calendarDay.format(new Date(date));
}

/** `1 – 30 Nov 2026`. @param from `2026-11-01` @param to the same day or a later one */
export function formatCalendarDays(from: string, to: string): string {
  return calendarDay.formatRange(new Date(from), new Date(to));
}

/** `3 minutes ago`, `in 2 days`; within a minute `now`. @param now epoch ms */
export function formatRelative(instant: string, now: number): string {
  const difference = Date.parse(instant) - now;
  for (const { unit, ms } of steps) {
    if (Math.abs(difference) >= ms) return relative.format(Math.trunc(difference / ms), unit);
  }
  return relative.format(0, 'second');
}

/** `2 min 5 sec`, in the two largest units that matter. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), 'hour'],
    [Math.floor((whole % 3600) / 60), 'minute'],
    [whole % 60, 'second'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  const shown = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([value]) => value > 0);
  return shown
    .map(([value, unit]) =>
      new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
    )
    .join(' ');
}
