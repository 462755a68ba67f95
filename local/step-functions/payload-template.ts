import { evaluateIntrinsic, parseIntrinsic, pathsOf } from './intrinsic-functions.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { parsePath, readPath } from './reference-path.ts';
import { StateError } from './state-error.ts';

/**
 * Fills a payload template (`Parameters`, `ResultSelector`, `ItemSelector`): a field whose name ends in `.$` gets the
 * value of its path or intrinsic function.
 * @throws StateError `States.ParameterPathFailure` for a path without a value, `States.IntrinsicFailure`
 */
export function fillTemplate(template: Json, data: Json, context: JsonObject): Json {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, data, context));
  if (!isJsonObject(template)) return template;
  const filled: JsonObject = {};
  for (const [key, value] of Object.entries(template)) {
    if (!key.endsWith('.$')) filled[key] = fillTemplate(value, data, context);
    else filled[key.slice(0, -2)] = evaluateField(key, value, data, context);
  }
  return filled;
}

function evaluateField(key: string, value: Json, data: Json, context: JsonObject): Json {
  if (typeof value !== 'string') throw new StateError('States.ParameterPathFailure', `${key} is not a string`);
  if (!value.startsWith('$')) return evaluateIntrinsic(value, data, context);
  const found = readPath(value, data, context);
  if (found !== undefined) return found;
  throw new StateError(
    'States.ParameterPathFailure',
    `The JSONPath '${value}' specified for the field '${key}' could not be found in the input '${JSON.stringify(data)}'`,
  );
}

/**
 * The paths a template reads, so that they can be checked before anything runs.
 * @throws Error for a malformed path, an unsupported function or a `.$` field that is not a string
 */
export function templatePaths(template: Json): string[] {
  if (Array.isArray(template)) return template.flatMap(templatePaths);
  if (!isJsonObject(template)) return [];
  return Object.entries(template).flatMap(([key, value]) => {
    if (!key.endsWith('.$')) return templatePaths(value);
    if (typeof value !== 'string') throw new Error(`${key} must be a path or an intrinsic function`);
    if (!value.startsWith('$')) return pathsOf(parseIntrinsic(value));
    parsePath(value);
    return [value];
  });
}
