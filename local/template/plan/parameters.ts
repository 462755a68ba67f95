import * as z from 'zod';
import { arn } from '../physical-ids.ts';
import { irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';

/** A parameter of Parameter Store. */
export interface ParameterPlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly type: 'String' | 'StringList';
  /** What it holds until someone writes it. */
  readonly value: string;
}

const schema = z.strictObject({
  // A map here, not the usual list.
  Tags: irrelevant('tags only sort the bill'),
  DataType: z.literal('text').optional(),
  Description: irrelevant('for people'),
  Name: irrelevant('read through the resource name'),
  Tier: irrelevant('a price'),
  Type: z.enum(['String', 'StringList']),
  Value: text,
});

/** The ARN of a parameter: a leading slash of its name is not doubled. */
export function parameterArn(name: string): string {
  return arn('ssm', `parameter/${name.replace(/^\//, '')}`);
}

/** Plans one `AWS::SSM::Parameter`. @throws TemplateError */
export function planParameter(resource: ResolvedResource): ParameterPlan {
  const { Type: type, Value: value } = readProperties(resource, schema);
  const name = resource.ref();
  return { logicalId: resource.logicalId, name, arn: parameterArn(name), type, value };
}
