import { languageTags } from './browser-surroundings.ts';

export interface IntlOption {
  readonly value: string;
  readonly label: string;
}

/** IANA zones as people look for them. @param current is in the list even if this browser does not know it */
export function timeZoneOptions(current: string): IntlOption[] {
  const zones = new Set([current, 'UTC', ...Intl.supportedValuesOf('timeZone')]);
  return [...zones].sort().map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}

/** Languages whose spreadsheets differ in how they write numbers, one or more for each convention. */
const commonLocales = [
  'cs-CZ',
  'da-DK',
  'de-AT',
  'de-CH',
  'de-DE',
  'en-AU',
  'en-CA',
  'en-GB',
  'en-IE',
  'en-IN',
  'en-US',
  'es-ES',
  'es-MX',
  'fi-FI',
  'fr-CA',
  'fr-CH',
  'fr-FR',
  'hu-HU',
  'it-IT',
  'ja-JP',
  'ko-KR',
  'nb-NO',
  'nl-NL',
  'pl-PL',
  'pt-BR',
  'pt-PT',
  'ro-RO',
  'sv-SE',
  'tr-TR',
  'uk-UA',
  'zh-CN',
] as const;

/** Languages by name, each with how it writes a number. @param current is in the list in any case */
export function localeOptions(current: string): IntlOption[] {
  const names = new Intl.DisplayNames(undefined, { type: 'language' });
  return [...new Set<string>([current, ...languageTags(navigator.languages), ...commonLocales])]
    .map((value) => ({ value, label: `${names.of(value) ?? value} · ${new Intl.NumberFormat(value).format(1234.5)}` }))
    .sort((one, other) => one.label.localeCompare(other.label));
}
