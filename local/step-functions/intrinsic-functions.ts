import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Json } from './json.ts';
import { parsePath, readPath } from './reference-path.ts';
import { StateError } from './state-error.ts';

type Argument = { readonly literal: Json } | { readonly path: string } | IntrinsicCall;

interface IntrinsicCall {
  readonly name: string;
  readonly arguments: readonly Argument[];
}

const TOKEN = /\s*(?:(States\.\w+)\s*\(|('(?:[^'\\]|\\.)*')|(-?\d+(?:\.\d+)?|true|false|null)|(\$[^\s,()]*)|([,)]))/y;

/** The supported functions; each gets evaluated arguments and may throw. */
const FUNCTIONS: Readonly<Record<string, (args: readonly Json[]) => Json>> = {
  'States.Format': ([template, ...values]) => {
    const rest = [...values];
    const text = asString(template).replace(/\\([{}\\])|\{\}/g, (_, escaped: string | undefined) => {
      if (escaped !== undefined) return escaped;
      const value = rest.shift();
      if (value === undefined) throw new Error('fewer values than {}');
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
    if (rest.length > 0) throw new Error('more values than {}');
    return text;
  },
  'States.JsonToString': ([value]) => JSON.stringify(value ?? null),
  'States.StringToJson': ([text]) => JSON.parse(asString(text)) as Json,
  'States.Array': (values) => [...values],
  'States.ArrayLength': ([array]) => asArray(array).length,
  'States.ArrayGetItem': ([array, index]) => {
    const item = asArray(array)[asNumber(index)];
    if (item === undefined) throw new Error('index out of range');
    return item;
  },
  'States.ArrayContains': ([array, value]) => asArray(array).some((item) => isDeepStrictEqual(item, value)),
  'States.MathAdd': ([left, right]) => asNumber(left) + asNumber(right),
  'States.UUID': () => randomUUID(),
};

/**
 * Reads an intrinsic function call such as `States.Format('a {}', $.b)`.
 * @throws Error when it is malformed or calls a function that is not supported
 */
export function parseIntrinsic(text: string): IntrinsicCall {
  let position = 0;
  const next = (): RegExpExecArray => {
    TOKEN.lastIndex = position;
    const token = TOKEN.exec(text);
    if (!token) throw new Error(`${JSON.stringify(text)} is no intrinsic function call`);
    position = TOKEN.lastIndex;
    return token;
  };
  const argument = ([, call, literal, scalar, path]: RegExpExecArray): Argument => {
    if (call !== undefined) return parseCall(call);
    // The escapes of { and } stay: they are for States.Format.
    if (literal !== undefined) return { literal: literal.slice(1, -1).replace(/\\(['\\])/g, '$1') };
    if (scalar !== undefined) return { literal: JSON.parse(scalar) as Json };
    parsePath(path ?? '');
    return { path: path ?? '' };
  };
  const parseCall = (name: string): IntrinsicCall => {
    if (!Object.hasOwn(FUNCTIONS, name)) throw new Error(`the intrinsic function ${name} is not supported`);
    const parsed: Argument[] = [];
    for (let token = next(); token[5] !== ')'; token = next()) {
      if (parsed.length > 0) {
        if (token[5] !== ',') throw new Error(`${JSON.stringify(text)} lacks a comma`);
        token = next();
      }
      parsed.push(argument(token));
    }
    return { name, arguments: parsed };
  };
  const [, name] = next();
  if (name === undefined) throw new Error(`${JSON.stringify(text)} is no intrinsic function call`);
  const call = parseCall(name);
  if (text.slice(position).trim() !== '') throw new Error(`${JSON.stringify(text)} goes on after its closing bracket`);
  return call;
}

/** The paths a call reads, nested calls included. */
export function pathsOf(call: IntrinsicCall): string[] {
  return call.arguments.flatMap((argument) => {
    if ('path' in argument) return [argument.path];
    return 'name' in argument ? pathsOf(argument) : [];
  });
}

/** @throws StateError `States.IntrinsicFailure` */
export function evaluateIntrinsic(text: string, data: Json, context: Json): Json {
  const evaluate = (argument: Argument): Json => {
    if ('literal' in argument) return argument.literal;
    if ('path' in argument) {
      const value = readPath(argument.path, data, context);
      if (value === undefined) throw new Error(`${argument.path} names nothing in the input`);
      return value;
    }
    const call = FUNCTIONS[argument.name];
    if (!call) throw new Error(`unknown function ${argument.name}`);
    return call(argument.arguments.map(evaluate));
  };
  try {
    return evaluate(parseIntrinsic(text));
  } catch (error) {
    throw new StateError('States.IntrinsicFailure', `${text}: ${error instanceof Error ? error.message : error}`);
  }
}

function asString(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error('a string is required');
  return value;
}

function asNumber(value: Json | undefined): number {
  if (typeof value !== 'number') throw new Error('a number is required');
  return value;
}

function asArray(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new Error('an array is required');
  return value;
}
