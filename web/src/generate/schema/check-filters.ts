import { formatCount } from '../../format/numbers.ts';
import { strings } from '../../strings/strings.ts';
import { type FilterField, itemFields } from './filter-field.ts';
import {
  CUSTOM_RANGE,
  type FilterValue,
  type FilterValues,
  filtersFrom,
  type ListItem,
  parsedJson,
} from './filter-values.ts';
import { pointerTo } from './json-pointer.ts';
import type { Json } from './json-schema.ts';

/** A mistake in a form that shows without asking the API. */
export interface FieldIssue {
  /** Where in the request. */
  readonly pointer: string;
  readonly message: string;
  /** Whether the field is only not filled in yet: nobody is told before they are done. */
  readonly isMissing: boolean;
}

/** @param path where in the request the values stand */
export function issuesIn(
  fields: readonly FilterField[],
  values: FilterValues,
  path: readonly (string | number)[] = ['filters'],
): readonly FieldIssue[] {
  return fields.flatMap((field) => {
    const at = [...path, field.name];
    const wrong = (message: string, isMissing = false): FieldIssue => ({
      pointer: pointerTo(...at),
      message,
      isMissing,
    });
    const value = values[field.name] ?? '';
    if (field.kind === 'dateRange') return rangeIssues(field, values, path);
    if (isEmpty(value)) return field.isRequired ? [wrong(strings.generate.issues.required, true)] : [];
    if (field.kind === 'list') {
      return [
        ...lengthIssues(field, value as readonly ListItem[]).map((message) => wrong(message)),
        ...(value as readonly ListItem[]).flatMap((item, index) =>
          issuesIn(
            [...(field.tag ? [field.tag] : []), ...itemFields(field, field.tag && item.values[field.tag.name])],
            item.values,
            [...at, index],
          ),
        ),
      ];
    }
    return messagesFor(field, value).map((message) => wrong(message));
  });
}

function isEmpty(value: FilterValue): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

function messagesFor(field: FilterField, value: FilterValue): readonly string[] {
  const { issues } = strings.generate;
  switch (field.kind) {
    case 'number': {
      const number = Number(value);
      const { minimum, maximum } = field;
      if (!Number.isFinite(number)) return [issues.number];
      if (field.isInteger && !Number.isInteger(number)) return [issues.wholeNumber];
      if (minimum !== undefined && number < minimum) return [issues.atLeast(formatCount(minimum))];
      return maximum !== undefined && number > maximum ? [issues.atMost(formatCount(maximum))] : [];
    }
    case 'text': {
      const { length } = String(value);
      if (field.minLength !== undefined && length < field.minLength) return [issues.tooShort(field.minLength)];
      return field.maxLength !== undefined && length > field.maxLength ? [issues.tooLong(field.maxLength)] : [];
    }
    case 'choice':
      return field.isSeveral ? lengthIssues({ minItems: undefined, maxItems: field.maxItems }, value as string[]) : [];
    case 'options':
    case 'texts':
      return lengthIssues(field, value as string[]);
    case 'json':
      return parsedJson(String(value)) === undefined ? [issues.json] : [];
    default:
      return [];
  }
}

interface Lengths {
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
}

function lengthIssues({ minItems, maxItems }: Lengths, { length }: readonly unknown[]): readonly string[] {
  const { issues } = strings.generate;
  if (minItems !== undefined && length < minItems) return [issues.tooFew(minItems)];
  return maxItems !== undefined && length > maxItems ? [issues.tooMany(maxItems)] : [];
}

function rangeIssues(
  field: Extract<FilterField, { kind: 'dateRange' }>,
  values: FilterValues,
  path: readonly (string | number)[],
): readonly FieldIssue[] {
  const { issues } = strings.generate;
  const [from, to] = [String(values[field.from] ?? ''), String(values[field.to] ?? '')];
  if (values[field.name] !== CUSTOM_RANGE) return [];
  if (from === '' && to === '') {
    return [{ pointer: pointerTo(...path, field.from), message: issues.noDays, isMissing: true }];
  }
  return from !== '' && to !== '' && to < from
    ? [{ pointer: pointerTo(...path, field.to), message: issues.daysReversed, isMissing: false }]
    : [];
}

/** The filters that are right as far as one can tell: choices may depend on them, and wrong ones would be refused. */
export function soundFilters(fields: readonly FilterField[], values: FilterValues): Record<string, Json> {
  const sound = fields.filter(
    (field) => issuesIn([field], values).length === 0 && fitsPattern(field, values[field.name]),
  );
  return filtersFrom(sound, values);
}

function fitsPattern(field: FilterField, value: FilterValue | undefined): boolean {
  if ((field.kind !== 'text' && field.kind !== 'choice') || field.pattern === undefined || value === '') return true;
  const pattern = regExpOf(field.pattern);
  return (Array.isArray(value) ? value : [value]).every((text) => pattern?.test(String(text)) ?? true);
}

/** @returns undefined for a pattern in another dialect than this browser's */
function regExpOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}
