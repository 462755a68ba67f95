import type { Json } from './json-schema.ts';

/** One of a few fixed values. */
export interface Option {
  /** The value as text, for the control. */
  readonly value: string;
  readonly label: string;
  /** The value as the API takes it. */
  readonly json: Json;
}

interface Common {
  /** The filter's name in a request. */
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly isRequired: boolean;
  /** What the API takes when the filter is left out. */
  readonly byDefault: Json | undefined;
  /** What a request says when nothing is filled in: a filter that may be null but not be left out. */
  readonly whenEmpty: null | undefined;
}

/** Days from and to, or a period in their place; its name is the period's. */
export interface DateRangeField extends Common {
  readonly kind: 'dateRange';
  readonly from: string;
  readonly to: string;
  /** The API's words, e.g. `last_month`. */
  readonly periods: readonly string[];
}

/** One or several of the account's own things, e.g. its events. */
export interface ChoiceField extends Common {
  readonly kind: 'choice';
  readonly isSeveral: boolean;
  readonly maxItems: number | undefined;
  readonly pattern: string | undefined;
}

export interface OptionField extends Common {
  readonly kind: 'option';
  readonly options: readonly Option[];
}

export interface OptionsField extends Common {
  readonly kind: 'options';
  readonly options: readonly Option[];
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
}

export interface NumberField extends Common {
  readonly kind: 'number';
  readonly isInteger: boolean;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

/** Without a default and not required it has a third state: not said. */
export interface BooleanField extends Common {
  readonly kind: 'boolean';
  readonly mayBeLeftOut: boolean;
}

export interface TextField extends Common {
  readonly kind: 'text';
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
  /** Checked before the value is used to look up choices; what is wrong with it only the API can say in words. */
  readonly pattern: string | undefined;
}

/** A calendar day. */
export interface DateField extends Common {
  readonly kind: 'date';
}

/** Several texts of one's own. */
export interface TextsField extends Common {
  readonly kind: 'texts';
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
  readonly maxLength: number | undefined;
}

/** Several things of one or more kinds, each with fields of its own. */
export interface ListField extends Common {
  readonly kind: 'list';
  /** The field that tells the kind of an item; absent when there is one kind only. */
  readonly tag: OptionField | undefined;
  readonly variants: readonly ListVariant[];
  readonly minItems: number | undefined;
  readonly maxItems: number | undefined;
}

export interface ListVariant {
  /** Values of the tag that make an item this variant. */
  readonly tags: readonly string[];
  /** Without the tag. */
  readonly fields: readonly FilterField[];
}

/** Whatever has no field of its own: typed as JSON. */
export interface JsonField extends Common {
  readonly kind: 'json';
}

/** A field of a form, made from one or (for date ranges) three members of a report's schema. */
export type FilterField =
  | DateRangeField
  | ChoiceField
  | OptionField
  | OptionsField
  | NumberField
  | BooleanField
  | TextField
  | DateField
  | TextsField
  | ListField
  | JsonField;

/** The filters that a field fills in. */
export function namesOf(field: FilterField): readonly string[] {
  return field.kind === 'dateRange' ? [field.name, field.from, field.to] : [field.name];
}

/** The fields that an item of a list has besides its tag. */
export function itemFields({ tag, variants }: ListField, tagValue: unknown): readonly FilterField[] {
  const variant =
    tag === undefined
      ? variants[0]
      : variants.find(({ tags }) => typeof tagValue === 'string' && tags.includes(tagValue));
  return variant?.fields ?? [];
}
