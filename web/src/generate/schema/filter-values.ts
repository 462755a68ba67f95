import { type FilterField, itemFields, type ListField } from './filter-field.ts';
import type { Json } from './json-schema.ts';

/** An item of a list field. */
export interface ListItem {
  /** Stays the same while items move. */
  readonly key: number;
  readonly values: FilterValues;
}

/** What a control holds: text as typed, `''` for nothing. */
export type FilterValue = string | number | boolean | readonly string[] | readonly ListItem[];

/** By the filter's name. */
export type FilterValues = Readonly<Record<string, FilterValue>>;

/** In the place of a period: days are given. */
export const CUSTOM_RANGE = 'custom';

let lastKey = 0;

export function newItem(values: FilterValues): ListItem {
  lastKey += 1;
  return { key: lastKey, values };
}

/** A form in which nothing is filled in, but for the defaults. */
export function emptyValues(fields: readonly FilterField[]): FilterValues {
  return Object.fromEntries(
    fields.flatMap((field): [string, FilterValue][] => {
      const value = field.byDefault === undefined ? undefined : valueFrom(field, field.byDefault);
      if (field.kind !== 'dateRange') return [[field.name, value ?? emptyValue(field)]];
      return [
        [field.name, value ?? ''],
        [field.from, ''],
        [field.to, ''],
      ];
    }),
  );
}

function emptyValue(field: FilterField): FilterValue {
  switch (field.kind) {
    case 'choice':
      return field.isSeveral ? [] : '';
    case 'options':
    case 'texts':
    case 'list':
      return [];
    case 'boolean':
      return field.mayBeLeftOut ? '' : false;
    case 'option':
      return field.isRequired && field.options.length === 1 ? (field.options[0]?.value ?? '') : '';
    default:
      return '';
  }
}

/** A form filled in from a request's filters. */
export interface FilledIn {
  readonly values: FilterValues;
  /** Filters that the report does not have, or not with such a value. */
  readonly ignored: readonly string[];
}

export function filledIn(fields: readonly FilterField[], filters: Readonly<Record<string, Json>>): FilledIn {
  const values: Record<string, FilterValue> = { ...emptyValues(fields) };
  const known = new Set<string>();
  for (const field of fields) {
    const given = filters[field.name];
    const value = given === undefined ? undefined : valueFrom(field, given);
    if (value !== undefined) {
      values[field.name] = value;
      known.add(field.name);
    }
    if (field.kind === 'dateRange') {
      for (const end of [field.from, field.to]) {
        const day = filters[end];
        if (typeof day !== 'string' || !isDay(day)) continue;
        values[end] = day;
        // Days count: beside a period the API would refuse them.
        values[field.name] = CUSTOM_RANGE;
        known.add(end);
      }
    }
  }
  return { values, ignored: Object.keys(filters).filter((name) => !known.has(name)) };
}

/** @returns undefined when the field cannot hold it */
function valueFrom(field: FilterField, json: Json): FilterValue | undefined {
  switch (field.kind) {
    case 'dateRange':
      return typeof json === 'string' && field.periods.includes(json) ? json : undefined;
    case 'choice':
      if (field.isSeveral) return isTexts(json) ? json : undefined;
      return typeof json === 'string' ? json : undefined;
    case 'option':
      return field.options.find((option) => option.json === json)?.value;
    case 'options': {
      if (!Array.isArray(json)) return undefined;
      const chosen = json.map((item) => field.options.find((option) => option.json === item)?.value);
      return chosen.every((value) => value !== undefined) ? chosen : undefined;
    }
    case 'number':
      return typeof json === 'number' ? json : undefined;
    case 'boolean':
      return typeof json === 'boolean' ? json : undefined;
    case 'text':
      return typeof json === 'string' ? json : undefined;
    case 'date':
      return typeof json === 'string' && isDay(json) ? json : undefined;
    case 'texts':
      return isTexts(json) ? json : undefined;
    case 'list':
      return itemsFrom(field, json);
    case 'json':
      return JSON.stringify(json, undefined, 2);
  }
}

function itemsFrom(field: ListField, json: Json): readonly ListItem[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const items = json.map((item: Json) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
    const members = item as Readonly<Record<string, Json>>;
    const tagged = field.tag === undefined ? [] : [field.tag];
    const fields = [...tagged, ...itemFields(field, field.tag && members[field.tag.name])];
    const { values, ignored } = filledIn(fields, members);
    return ignored.length > 0 ? undefined : newItem(values);
  });
  return items.every((item) => item !== undefined) ? items : undefined;
}

function isTexts(json: Json): json is readonly string[] {
  return Array.isArray(json) && json.every((item) => typeof item === 'string');
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** The filters of a request: what is empty is left out. */
export function filtersFrom(fields: readonly FilterField[], values: FilterValues): Record<string, Json> {
  const filters: Record<string, Json> = {};
  for (const field of fields) {
    const value = values[field.name] ?? '';
    if (field.kind === 'dateRange') {
      if (value !== '' && value !== CUSTOM_RANGE) filters[field.name] = String(value);
      for (const end of [field.from, field.to]) {
        const day = values[end];
        if (value === CUSTOM_RANGE && typeof day === 'string' && day !== '') filters[end] = day;
      }
      continue;
    }
    const json = jsonFrom(field, value) ?? field.whenEmpty;
    if (json !== undefined) filters[field.name] = json;
  }
  return filters;
}

/** @returns undefined for nothing, and for JSON that cannot be read */
function jsonFrom(field: Exclude<FilterField, { kind: 'dateRange' }>, value: FilterValue): Json | undefined {
  if (value === '' || (Array.isArray(value) && value.length === 0)) return undefined;
  switch (field.kind) {
    case 'option':
      return field.options.find((option) => option.value === value)?.json;
    case 'options': {
      const chosen = (value as readonly string[]).map(
        (text) => field.options.find((option) => option.value === text)?.json,
      );
      return chosen.filter((json) => json !== undefined);
    }
    case 'number': {
      const number = Number(value);
      return Number.isFinite(number) ? number : undefined;
    }
    case 'list':
      return (value as readonly ListItem[]).map(({ values }) =>
        filtersFrom(
          [...(field.tag ? [field.tag] : []), ...itemFields(field, field.tag && values[field.tag.name])],
          values,
        ),
      );
    case 'json':
      return parsedJson(String(value));
    default:
      return value as Json;
  }
}

/** @returns undefined when it is not JSON */
export function parsedJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
