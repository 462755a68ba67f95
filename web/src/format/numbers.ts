const whole = new Intl.NumberFormat();

/** `1,234,567`, by the browser's locale. */
export function formatCount(value: number): string {
  return whole.format(value);
}

const share = new Intl.NumberFormat(undefined, { style: 'percent' });

/** `42%`. @param percent from 0 to 100 */
export function formatPercent(percent: number): string {
  // Rounded down: what is not complete must not read 100%.
  return share.format(Math.floor(percent) / 100);
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** `3.4 MB`: units of 1,000, as file managers and storage bills count. */
export function formatBytes(bytes: number): string {
  let power = Math.max(0, Math.min(byteUnits.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  // 999,999 bytes would be "1,000 kB".
  if (power < byteUnits.length - 1 && Math.round((bytes / 1000 ** power) * 10) >= 10_000) power += 1;
  const value = bytes / 1000 ** power;
  return new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit: byteUnits[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 || value >= 100 ? 0 : 1,
  }).format(value);
}
