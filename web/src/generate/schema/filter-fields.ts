import type { FilterField, ListField, ListVariant, Option, OptionField } from './filter-field.ts';
import type { Json, JsonSchema } from './json-schema.ts';
import { inWords } from './words.ts';

/**
 * The form that a report's filters have. Every property of the schema is part of one field: what no field is made for
 * becomes one for JSON.
 * @param schema of an object
 * @param choices names of the filters whose values are the account's own things
 */
export function fieldsOf(schema: JsonSchema, choices: readonly string[] = []): readonly FilterField[] {
  const properties = schema.properties ?? {};
  const ends = new Set(
    Object.values(properties).flatMap((property) => (isPeriod(property, properties) ? rangeOf(property) : [])),
  );
  return Object.entries(properties)
    .filter(([name]) => !ends.has(name))
    .map(([name, property]) => {
      const isRequired = schema.required?.includes(name) ?? false;
      const [value, isNullable] = withoutNull(property);
      return fieldOf({
        name,
        schema: value,
        isRequired: isRequired && !isNullable,
        whenEmpty: isRequired && isNullable ? null : undefined,
        isChoice: choices.includes(name),
        isPeriod: isPeriod(value, properties),
      });
    })
    .sort((one, other) => Number(other.isRequired) - Number(one.isRequired));
}

interface Property {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  readonly whenEmpty: null | undefined;
  readonly isChoice: boolean;
  readonly isPeriod: boolean;
}

function fieldOf({ name, schema, isRequired, whenEmpty, isChoice, isPeriod }: Property): FilterField {
  const { type, pattern, minLength, maxLength, minItems, maxItems, items } = schema;
  const common = {
    name,
    title: schema.title ?? inWords(name),
    description: schema.description,
    isRequired,
    byDefault: schema.default,
    whenEmpty,
  };
  if (isPeriod && schema.dateRange) {
    return { ...common, kind: 'dateRange', ...schema.dateRange, periods: (schema.enum ?? []).map(String) };
  }
  if (isChoice && type === 'string') {
    return { ...common, kind: 'choice', isSeveral: false, maxItems: undefined, pattern };
  }
  if (isChoice && type === 'array' && items?.type === 'string') {
    return { ...common, kind: 'choice', isSeveral: true, maxItems, pattern: items.pattern };
  }
  const options = optionsOf(schema);
  if (options) return { ...common, kind: 'option', options };
  if (type === 'array' && items) {
    const several = optionsOf(items);
    if (several) return { ...common, kind: 'options', options: several, minItems, maxItems };
    if (items.type === 'string') return { ...common, kind: 'texts', minItems, maxItems, maxLength: items.maxLength };
    const list = listOf(items);
    if (list) return { ...common, kind: 'list', ...list, minItems, maxItems };
  }
  if (type === 'integer' || type === 'number') {
    return { ...common, kind: 'number', isInteger: type === 'integer', ...boundsOf(schema) };
  }
  if (type === 'boolean') {
    return { ...common, kind: 'boolean', mayBeLeftOut: !isRequired && schema.default === undefined };
  }
  if (type === 'string' && schema.format === 'date') return { ...common, kind: 'date' };
  if (type === 'string') return { ...common, kind: 'text', minLength, maxLength, pattern };
  return { ...common, kind: 'json' };
}

function isPeriod({ dateRange, enum: words }: JsonSchema, properties: Readonly<Record<string, JsonSchema>>): boolean {
  return dateRange !== undefined && words !== undefined && dateRange.from in properties && dateRange.to in properties;
}

function rangeOf({ dateRange }: JsonSchema): string[] {
  return dateRange === undefined ? [] : [dateRange.from, dateRange.to];
}

/** What a value is unless it is null, and whether it may be that. */
function withoutNull(schema: JsonSchema): readonly [schema: JsonSchema, isNullable: boolean] {
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== 'null');
    return types.length === 1 ? [{ ...schema, type: types[0] }, schema.type.length > 1] : [schema, false];
  }
  const others = schema.anyOf?.filter(({ type }) => type !== 'null');
  const [only] = others ?? [];
  if (only === undefined || others?.length !== 1) return [schema, false];
  const { anyOf: _, ...texts } = schema;
  return [{ ...only, ...texts }, true];
}

function optionsOf(schema: JsonSchema): readonly Option[] | undefined {
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values === undefined || !values.every(isScalar)) return undefined;
  return values.map((json) => ({ value: String(json), label: inWords(String(json)), json }));
}

function isScalar(value: Json): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

function boundsOf(schema: JsonSchema): { minimum: number | undefined; maximum: number | undefined } {
  const step = schema.type === 'integer' ? 1 : 0;
  const minimum =
    schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum + step);
  const maximum =
    schema.maximum ?? (schema.exclusiveMaximum === undefined ? undefined : schema.exclusiveMaximum - step);
  return {
    minimum: minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum,
    maximum: maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum,
  };
}

/** What the items of an array are, when they are objects of one kind or of kinds that one member tells apart. */
function listOf(items: JsonSchema): Pick<ListField, 'tag' | 'variants'> | undefined {
  if (items.type === 'object') return { tag: undefined, variants: [{ tags: [], fields: fieldsOf(items) }] };
  const kinds = items.oneOf ?? items.anyOf;
  if (kinds === undefined || kinds.length === 0) return undefined;
  const name = tagOf(kinds);
  if (name === undefined) return undefined;
  const variants: ListVariant[] = kinds.map((kind) => ({
    tags: (optionsOf(kind.properties?.[name] ?? {}) ?? []).map(({ value }) => value),
    fields: fieldsOf(kind).filter((field) => field.name !== name),
  }));
  const tag: OptionField = {
    kind: 'option',
    name,
    title: kinds[0]?.properties?.[name]?.title ?? inWords(name),
    description: undefined,
    isRequired: true,
    byDefault: undefined,
    whenEmpty: undefined,
    options: kinds.flatMap((kind) => optionsOf(kind.properties?.[name] ?? {}) ?? []),
  };
  return { tag, variants };
}

/** The member of which every kind has texts of its own, none of them another's. */
function tagOf(kinds: readonly JsonSchema[]): string | undefined {
  return Object.keys(kinds[0]?.properties ?? {}).find((name) => {
    const values = kinds.map((kind) =>
      kind.required?.includes(name) ? optionsOf(kind.properties?.[name] ?? {}) : undefined,
    );
    if (!values.every((options) => options?.every(({ json }) => typeof json === 'string'))) return false;
    const texts = values.flatMap((options) => options?.map(({ value }) => value) ?? []);
    return new Set(texts).size === texts.length;
  });
}
