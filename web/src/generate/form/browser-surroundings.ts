import type { Surroundings } from './form-values.ts';

/** The zone and language of this browser. */
export function browserSurroundings(): Surroundings {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { timeZone: timeZone || 'UTC', locale: languageTags(navigator.languages)[0] ?? 'en' };
}

/** Those that are language tags (BCP 47); some browsers name a language as their system does: `en-US@posix`. */
export function languageTags(names: readonly string[]): readonly string[] {
  return names.filter((name) => {
    try {
      return Intl.getCanonicalLocales(name).length > 0;
    } catch {
      return false;
    }
  });
}
