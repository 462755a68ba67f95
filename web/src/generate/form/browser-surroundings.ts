import type { Surroundings } from './form-values.ts';

/** The zone and language of this browser. */
export function browserSurroundings(): Surroundings {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { timeZone: timeZone || 'UTC', locale: navigator.language || 'en' };
}
