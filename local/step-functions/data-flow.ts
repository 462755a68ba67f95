import type { Json, JsonObject } from './json.ts';
import { fillTemplate } from './payload-template.ts';
import { readPath, writePath } from './reference-path.ts';
import { MAX_PAYLOAD_BYTES, StateError } from './state-error.ts';

/** `InputPath` or `OutputPath`: undefined keeps all, null gives `{}`. @throws StateError `States.Runtime` */
export function selectByPath(field: string, path: string | null | undefined, data: Json, context: JsonObject): Json {
  if (path === undefined) return data;
  if (path === null) return {};
  return requirePath(field, path, data, context);
}

/** The value at a path that must be there. @throws StateError `States.Runtime` */
export function requirePath(field: string, path: string, data: Json, context: JsonObject): Json {
  const found = readPath(path, data, context);
  if (found !== undefined) return found;
  throw new StateError(
    'States.Runtime',
    `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(data)}'`,
  );
}

/** `ResultPath`: undefined replaces the input with the result, null discards the result. */
export function placeResult(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === undefined) return result;
  return path === null ? input : writePath(path, input, result);
}

interface ResultFields {
  readonly ResultSelector?: unknown;
  readonly ResultPath?: string | null | undefined;
  readonly OutputPath?: string | null | undefined;
}

/** `ResultSelector`, `ResultPath` and `OutputPath`, in this order. */
export function shapeResult(state: ResultFields, input: Json, result: Json, context: JsonObject): Json {
  const selected =
    state.ResultSelector === undefined ? result : fillTemplate(state.ResultSelector as Json, result, context);
  return selectByPath('OutputPath', state.OutputPath, placeResult(state.ResultPath, input, selected), context);
}

/** JSON text within the quota. @throws StateError `States.DataLimitExceeded` */
export function encodePayload(stateName: string, value: Json): string {
  const text = JSON.stringify(value);
  // A UTF-16 unit takes at most 3 bytes, so short texts need no counting.
  if (text.length * 3 > MAX_PAYLOAD_BYTES && Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    throw new StateError(
      'States.DataLimitExceeded',
      `The state/task '${stateName}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
  return text;
}
