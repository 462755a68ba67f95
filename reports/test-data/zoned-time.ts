import { wallTimeIn } from '../../core/domain/zone-clock.ts';

/**
 * Writes instants (epoch milliseconds) in whole seconds as ISO 8601 with the offset of a time zone, as in
 * `2024-03-31T03:00:00+02:00`.
 */
export function zonedTimeWriter(timeZone: string): (instant: number) => string {
  const wallTime = wallTimeIn(timeZone);
  return (instant) => {
    const wall = wallTime(instant);
    const offsetSeconds = (wall - instant) / 1_000;
    const [hours, minutes, seconds] = [3_600, 60, 1].map((unit) => Math.floor(Math.abs(offsetSeconds) / unit) % 60);
    const offset = [hours, minutes, ...(seconds === 0 ? [] : [seconds])].map((part) => String(part).padStart(2, '0'));
    const local = new Date(wall).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
    return `${local}${offsetSeconds < 0 ? '-' : '+'}${offset.join(':')}`;
  };
}
