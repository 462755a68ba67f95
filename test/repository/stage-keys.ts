import * as z from 'zod';
import { stageConfigSchema } from '../../lib/config/config.ts';

/** A key of a stage in cdk.json. */
export interface StageKey {
  /** e.g. `database.port`. */
  readonly path: string;
  readonly isRequired: boolean;
  /** As JSON. */
  readonly default?: string;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
}

/** Every key that a stage may have, each once. */
export function stageKeys(): StageKey[] {
  const found = keysOf(z.toJSONSchema(stageConfigSchema, { io: 'input' }) as Schema);
  return [...new Map(found.map((key) => [key.path, key])).values()];
}

/** What may be left out takes with it whatever is in it, default or not. */
function keysOf(schema: Schema, prefix = '', isRequired = true): StageKey[] {
  const { properties, required = [], oneOf = [], anyOf = oneOf } = schema;
  if (properties === undefined) return anyOf.flatMap((each) => keysOf(each, prefix, isRequired));
  return Object.entries(properties).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    const isNeeded = isRequired && required.includes(name);
    const below = keysOf(value, `${path}.`, isNeeded);
    if (below.length === 0) return { path, isRequired: isNeeded, ...defaultOf(value.default) };
    // A default of the whole is one of each part.
    const whole = (value.default ?? {}) as Record<string, unknown>;
    return below.map((key) => ({ ...key, ...defaultOf(whole[key.path.slice(path.length + 1)]) }));
  });
}

function defaultOf(value: unknown): { default?: string } {
  return value === undefined ? {} : { default: JSON.stringify(value) };
}
