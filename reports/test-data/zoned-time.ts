/**
 * Writes instants (epoch milliseconds) in whole seconds as ISO 8601 with the offset of a time zone, as in
 * `2024-03-31T03:00:00+02:00`.
 */
export function zonedTimeWriter(timeZone: string): (instant: number) => string {
  const zone = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
  return (instant) => {
    const name = zone.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    // UTC itself reads GMT, without an offset.
    const [, sign = '+', hours = '00', minutes = '00', seconds = '00'] =
      /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
    const offsetSeconds = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
    const local = new Date(instant + (sign === '-' ? -1 : 1) * offsetSeconds * 1_000);
    const offset = `${sign}${hours}:${minutes}${seconds === '00' ? '' : `:${seconds}`}`;
    return local.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length) + offset;
  };
}
