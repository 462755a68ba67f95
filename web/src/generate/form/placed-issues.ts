import type { FilterField } from '../schema/filter-field.ts';
import { itemFields, namesOf } from '../schema/filter-field.ts';
import type { FilterValues, ListItem } from '../schema/filter-values.ts';
import { isWithin, pointerTo } from '../schema/json-pointer.ts';
import { type FormValues, optionsThatMatter } from './form-values.ts';

/** A mistake in a request, as the API tells them. */
export interface Issue {
  /** JSON Pointer into the body. */
  readonly pointer: string;
  readonly message: string;
}

export interface PlacedIssues {
  /** By the pointer of the control beside which it stands, in the order of the form. */
  readonly byControl: ReadonlyMap<string, string>;
  /** What no control is for. */
  readonly others: readonly Issue[];
}

/** Puts each mistake beside the control that is nearest to it; the first one there counts. */
export function placeIssues(issues: readonly Issue[], controls: readonly string[]): PlacedIssues {
  const found = new Map<string, string>();
  const others: Issue[] = [];
  for (const issue of issues) {
    const near = controls.filter((control) => isWithin(issue.pointer, control));
    const control = near.reduce((longest, one) => (one.length > longest.length ? one : longest), '');
    if (control === '') others.push(issue);
    else if (!found.has(control)) found.set(control, issue.message);
  }
  const byControl = new Map<string, string>();
  for (const control of controls) {
    const message = found.get(control);
    if (message !== undefined) byControl.set(control, message);
  }
  return { byControl, others };
}

/** The places of a request that the form has controls for, from top to bottom. */
export function controlsOf(fields: readonly FilterField[], values: FormValues): readonly string[] {
  const { hasCompression, hasDialect, hasLocale } = optionsThatMatter(values);
  return [
    ...filterControls(fields, values.filters, ['filters']),
    '/format',
    '/columns',
    '/notify',
    '/notifyRequester',
    '/note',
    '/timeZone',
    ...(hasDialect ? ['/dialect'] : []),
    ...(hasLocale ? ['/locale'] : []),
    ...(hasDialect ? ['/neutralizeFormulas'] : []),
    ...(hasCompression ? ['/compression'] : []),
  ];
}

/** Controls that stand under "More options". */
export const hiddenControls: readonly string[] = [
  '/timeZone',
  '/dialect',
  '/locale',
  '/neutralizeFormulas',
  '/compression',
];

function filterControls(
  fields: readonly FilterField[],
  values: FilterValues,
  path: readonly (string | number)[],
): readonly string[] {
  return fields.flatMap((field) => {
    const own = namesOf(field).map((name) => pointerTo(...path, name));
    if (field.kind !== 'list') return own;
    const items = (values[field.name] ?? []) as readonly ListItem[];
    return [
      ...own,
      ...items.flatMap((item, index) =>
        filterControls(
          [...(field.tag ? [field.tag] : []), ...itemFields(field, field.tag && item.values[field.tag.name])],
          item.values,
          [...path, field.name, index],
        ),
      ),
    ];
  });
}

/** The API's words as sentences of their own; those for one of several recipients say which of them is meant. */
export function inSentences(issues: readonly Issue[], recipients: readonly string[]): readonly Issue[] {
  return issues.map(({ pointer, message }) => {
    const index = /^\/notify\/(\d+)$/.exec(pointer)?.[1];
    const address = index === undefined ? undefined : recipients[Number(index)];
    const sentence = message.charAt(0).toUpperCase() + message.slice(1);
    return { pointer, message: address === undefined ? sentence : `${address} ${message}` };
  });
}
