import { join } from 'node:path';
import * as z from 'zod';
import { type JsonOperation, jsonService, parseInput } from '../aws-endpoint/json-service.ts';
import { AwsError, type AwsService } from '../aws-endpoint/service.ts';
import type { LocalClock } from '../clock.ts';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { type ParameterPlan, parameterArn } from '../template/plan/parameters.ts';

export interface ParameterStoreOptions {
  readonly parameters: readonly ParameterPlan[];
  /** Where values are kept that were written since. */
  readonly stateDirectory: string;
  readonly clock: LocalClock;
}

const parameterSchema = z.object({
  type: z.enum(['String', 'StringList']),
  value: z.string(),
  version: z.int(),
  modifiedAtSeconds: z.number(),
  /** What the template said; when that changes, it replaces what was written since, as a deployment would. */
  templateValue: z.string().optional(),
});
type Parameter = z.output<typeof parameterSchema>;

const flag = z.boolean().optional();
const getInput = z.strictObject({ Name: z.string(), WithDecryption: flag });
const getManyInput = z.strictObject({ Names: z.array(z.string()).min(1).max(10), WithDecryption: flag });
const putInput = z.strictObject({
  Name: z.string(),
  Value: z.string().min(1).max(4096),
  Type: z.enum(['String', 'StringList']).optional(),
  Overwrite: z.boolean().default(false),
});

/** Parameter Store with the parameters of the template. */
export function createParameterStore({ parameters, stateDirectory, clock }: ParameterStoreOptions): AwsService {
  const file = join(stateDirectory, 'parameters.json');
  const nowSeconds = () => Math.floor(clock.now() / 1000);
  const stored = readJsonFile(file, z.record(z.string(), parameterSchema)) ?? {};
  for (const { name, type, value } of parameters) {
    if (stored[name]?.templateValue === value) continue;
    const version = (stored[name]?.version ?? 0) + 1;
    stored[name] = { type, value, version, modifiedAtSeconds: nowSeconds(), templateValue: value };
  }
  writeJsonFile(file, stored);

  const find = (name: string) => (Object.hasOwn(stored, name) ? stored[name] : undefined);

  const get: JsonOperation = async (input, request) => {
    const name = nameOf(parseInput(getInput, input).Name);
    await request.gate('GetParameter', [{ action: 'ssm:GetParameter', resource: parameterArn(name) }]);
    const parameter = find(name);
    if (!parameter) throw new AwsError('ParameterNotFound', 400, `Parameter ${name} not found.`);
    return { Parameter: describe(name, parameter) };
  };

  const getMany: JsonOperation = async (input, request) => {
    const names = parseInput(getManyInput, input).Names.map(nameOf);
    const permissions = names.map((name) => ({ action: 'ssm:GetParameters', resource: parameterArn(name) }));
    await request.gate('GetParameters', permissions);
    return {
      Parameters: names.flatMap((name) => {
        const parameter = find(name);
        return parameter ? [describe(name, parameter)] : [];
      }),
      InvalidParameters: names.filter((name) => !find(name)),
    };
  };

  const put: JsonOperation = async (input, request) => {
    const { Name, Value: value, Type: type, Overwrite: mayOverwrite } = parseInput(putInput, input);
    const name = nameOf(Name);
    await request.gate('PutParameter', [{ action: 'ssm:PutParameter', resource: parameterArn(name) }]);
    const before = find(name);
    if (before && !mayOverwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        400,
        'The parameter already exists. To overwrite it, set Overwrite.',
      );
    }
    const kind = before?.type ?? type;
    if (!kind)
      throw new AwsError('ValidationException', 400, 'A parameter type is required when you create a parameter.');
    const version = (before?.version ?? 0) + 1;
    stored[name] = { ...before, type: kind, value, version, modifiedAtSeconds: nowSeconds() };
    writeJsonFile(file, stored);
    return { Version: version, Tier: 'Standard' };
  };

  return jsonService('ssm', { GetParameter: get, GetParameters: getMany, PutParameter: put });
}

/** Parameters may be asked for by ARN. */
function nameOf(nameOrArn: string): string {
  const prefix = parameterArn('');
  if (!nameOrArn.startsWith(prefix)) return nameOrArn;
  const rest = nameOrArn.slice(prefix.length);
  // Only a name in a hierarchy has its leading slash merged into the ARN's.
  return rest.includes('/') ? `/${rest}` : rest;
}

function describe(name: string, parameter: Parameter) {
  return {
    Name: name,
    Type: parameter.type,
    Value: parameter.value,
    Version: parameter.version,
    LastModifiedDate: parameter.modifiedAtSeconds,
    ARN: parameterArn(name),
    DataType: 'text',
  };
}
