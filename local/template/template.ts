import * as z from 'zod';

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});

/** The parts of a CloudFormation template that decide what runs. Outputs and Rules only speak to whoever deploys. */
export const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Outputs: z.unknown().optional(),
  Rules: z.unknown().optional(),
  Parameters: z
    .record(
      z.string(),
      z.looseObject({
        Type: z.string(),
        Default: z.union([z.string(), z.number()]).transform(String).optional(),
        AllowedValues: z.array(z.union([z.string(), z.number()]).transform(String)).optional(),
      }),
    )
    .default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resourceSchema),
});

export type Template = z.output<typeof templateSchema>;
export type TemplateResource = Template['Resources'][string];
export type TemplateParameter = Template['Parameters'][string];
