import * as z from 'zod';
import { REGION } from './physical-ids.ts';
import type { Scope } from './scope.ts';
import { type Place, problem } from './template-error.ts';

/** Resolves the argument of one intrinsic function. */
type Intrinsic = (argument: unknown, place: Place, scope: Scope) => unknown;

const list = z.array(z.unknown());
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const index = z.union([z.number().int(), z.string().regex(/^\d+$/).transform(Number)]);

/** `Fn::Sub` placeholders: `${Name}`, `${Name.Attribute}`, and `${!Literal}`, which stays as `${Literal}`. */
const PLACEHOLDER = /\$\{(!?)([^}]+)\}/g;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, place, scope) => scope.ref(z.string().parse(argument), place),

  'Fn::GetAtt'(argument, place, scope) {
    const [logicalId, attribute] = typeof argument === 'string' ? splitAtDot(argument) : pair.parse(argument);
    return scope.attribute(logicalId, attribute, place);
  },

  'Fn::Join'(argument, place, scope) {
    const [separator, parts] = z.tuple([z.string(), z.unknown()]).parse(argument);
    return z
      .array(scalar)
      .parse(resolveValue(parts, place, scope))
      .join(separator);
  },

  'Fn::Split'(argument, place, scope) {
    const [separator, text] = z.tuple([z.string(), z.unknown()]).parse(argument);
    return z
      .string()
      .parse(resolveValue(text, place, scope))
      .split(separator);
  },

  'Fn::Select'(argument, place, scope) {
    const [position, items] = z.tuple([z.unknown(), z.unknown()]).parse(argument);
    const choices = list.parse(resolveValue(items, place, scope));
    const chosen = choices[index.parse(resolveValue(position, place, scope))];
    if (chosen === undefined) throw problem(place, `Fn::Select: there are only ${choices.length} items`);
    return chosen;
  },

  'Fn::Sub'(argument, place, scope) {
    const [text, variables] =
      typeof argument === 'string'
        ? [argument, {}]
        : z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument);
    return text.replace(PLACEHOLDER, (_, isLiteral: string, name: string) => {
      if (isLiteral) return `\${${name}}`;
      if (Object.hasOwn(variables, name)) return scalar.parse(resolveValue(variables[name], place, scope));
      if (name.includes('.')) return scope.attribute(...splitAtDot(name), place);
      return scalar.parse(scope.ref(name, place));
    });
  },

  'Fn::GetAZs'(argument, place, scope) {
    const region = resolveValue(argument, place, scope);
    if (region !== '' && region !== REGION) throw problem(place, `Fn::GetAZs: only ${REGION} is known, not ${region}`);
    return ['a', 'b', 'c'].map((zone) => `${REGION}${zone}`);
  },

  'Fn::If'(argument, place, scope) {
    const [condition, whenTrue, whenFalse] = z.tuple([z.string(), z.unknown(), z.unknown()]).parse(argument);
    return resolveValue(scope.condition(condition, place) ? whenTrue : whenFalse, place, scope);
  },

  'Fn::FindInMap'(argument, place, scope) {
    const keys = z.tuple([z.unknown(), z.unknown(), z.unknown()]).parse(argument);
    const [map, top, second] = keys.map((key) => z.string().parse(resolveValue(key, place, scope)));
    const found = scope.mappings[map ?? '']?.[top ?? '']?.[second ?? ''];
    if (found === undefined) throw problem(place, `Fn::FindInMap: there is no ${map}.${top}.${second}`);
    return found;
  },
};

const pair = z.tuple([z.string(), z.string()]);

/**
 * Resolves a value and all that is in it; `AWS::NoValue` removes what it stands for.
 * @throws TemplateError
 */
export function resolveValue(value: unknown, place: Place, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item, position) => resolveValue(item, { ...place, path: `${place.path}.${position}` }, scope))
      .filter((item) => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const intrinsic = entries.find(([key]) => key === 'Ref' || key.startsWith('Fn::'));
  if (intrinsic && entries.length > 1) {
    throw problem(place, `${intrinsic[0]} stands beside other keys, so it is unclear what is meant`);
  }
  if (intrinsic) return resolveIntrinsic(...intrinsic, place, scope);
  const resolved = entries.map(([key, item]): [string, unknown] => [
    key,
    resolveValue(item, { ...place, path: `${place.path}.${key}` }, scope),
  ]);
  return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
}

function resolveIntrinsic(name: string, argument: unknown, place: Place, scope: Scope): unknown {
  const intrinsic = intrinsics[name];
  if (!intrinsic) throw problem(place, `intrinsic ${name} is not known`);
  try {
    return intrinsic(argument, place, scope);
  } catch (error) {
    if (error instanceof z.ZodError)
      throw problem(place, `${name} has a malformed argument: ${z.prettifyError(error)}`);
    throw error;
  }
}

function splitAtDot(text: string): [string, string] {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}
