const UNITS = ['', ' k', ' M', ' G', ' T'];

/** At most three digits and a unit: `0.05`, `12`, `1.25 k`, `3.4 M`. */
export function shortNumber(value: number): string {
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 1000 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  return `${Number(scaled.toPrecision(3))}${UNITS[unit]}`;
}

/** `23:05`, in UTC as all times of the page. */
export function clockTime(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(11, 16);
}
