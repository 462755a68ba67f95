import { isJsonObject, type Json } from './json.ts';
import { StateError } from './state-error.ts';

type Segment = string | number;

interface ReferencePath {
  /** `$$`: the path starts at the context object, not at the state's data. */
  readonly ofContext: boolean;
  readonly segments: readonly Segment[];
}

const SEGMENT = /\.([\p{L}\p{N}_-]+)|\['([^'\\]+)'\]|\["([^"\\]+)"\]|\[(\d+)\]/uy;

/**
 * Reads a reference path: `$` or `$$` and then names and indexes, each naming one value.
 * @throws Error for anything else, wildcards, filters and `..` included
 */
export function parsePath(path: string): ReferencePath {
  const ofContext = path.startsWith('$$');
  let position = ofContext ? 2 : 1;
  const segments: Segment[] = [];
  while (position < path.length) {
    SEGMENT.lastIndex = position;
    const match = SEGMENT.exec(path);
    if (!match) break;
    position = SEGMENT.lastIndex;
    const index = match[4];
    segments.push(index === undefined ? (match[1] ?? match[2] ?? match[3] ?? '') : Number(index));
  }
  if (!path.startsWith('$') || position !== path.length) {
    throw new Error(
      `${JSON.stringify(path)} is no reference path: only names and indexes, as in $.a.b[0], are supported`,
    );
  }
  return { ofContext, segments };
}

/** The value a path names, or undefined where there is none. */
export function readPath(path: string, data: Json, context: Json): Json | undefined {
  const { ofContext, segments } = parsePath(path);
  let value: Json | undefined = ofContext ? context : data;
  for (const segment of segments) {
    if (typeof segment === 'number') value = Array.isArray(value) ? value[segment] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
  }
  return value;
}

/**
 * A copy of `data` with `value` at `path`; objects on the way are made where they are missing.
 * @throws StateError `States.ResultPathMatchFailure` when something else than an object is in the way
 */
export function writePath(path: string, data: Json, value: Json): Json {
  const write = (target: Json | undefined, [segment, ...rest]: readonly Segment[]): Json => {
    if (segment === undefined) return value;
    if (typeof segment === 'number' && Array.isArray(target) && segment < target.length) {
      return target.with(segment, write(target[segment], rest));
    }
    if (typeof segment === 'string' && (target === undefined || isJsonObject(target))) {
      return { ...target, [segment]: write(target?.[segment], rest) };
    }
    throw new StateError('States.ResultPathMatchFailure', `Unable to apply ResultPath "${path}" to the state's input`);
  };
  return write(data, parsePath(path).segments);
}
