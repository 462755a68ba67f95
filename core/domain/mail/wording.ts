/**
 * Text from outside as one line: what could break a line, hide, or turn the direction of reading is taken out.
 * @param maxLength in characters; a longer text ends in `…`
 */
export function oneLine(text: string, maxLength: number): string {
  const line = text
    .toWellFormed()
    // Formatting characters reorder or hide text; only the two that join letters and emoji belong to words.
    .replace(/(?![\u200c\u200d])\p{Cf}/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= maxLength
    ? line
    : `${characters
        .slice(0, maxLength - 1)
        .join('')
        .trimEnd()}…`;
}

/** `1 byte`, `12.3 MB`, with three digits and powers of 1000, as storage is sold. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  // 999.5 would be rounded to 1,000.
  while (value >= 999.5 && units.length > 1) {
    value /= 1000;
    units.shift();
  }
  return `${value.toLocaleString('en', { maximumSignificantDigits: 3 })} ${units[0]}`;
}

/** `1,204,331` */
export function countText(count: number): string {
  return count.toLocaleString('en');
}

/**
 * `Sunday 29 November 2026 at 13:51 (Europe/Berlin, GMT+1)`
 * @param timeZone IANA name
 */
export function momentText(epochMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  });
  const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, value]));
  const [weekday, day, month, year] = (['weekday', 'day', 'month', 'year'] as const).map((type) => parts.get(type));
  const offset = parts.get('timeZoneName');
  const zone = timeZone === 'UTC' ? 'UTC' : `${timeZone}, ${offset}`;
  return `${weekday} ${day} ${month} ${year} at ${parts.get('hour')}:${parts.get('minute')} (${zone})`;
}
