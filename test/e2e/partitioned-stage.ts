import * as z from 'zod';
import type { Template } from '../../local/template/template.ts';

const workloadProperties = z.looseObject({
  Environment: z.looseObject({ Variables: z.record(z.string(), z.unknown()).optional() }).optional(),
  ContainerDefinitions: z
    .array(z.looseObject({ Environment: z.array(z.looseObject({ Name: z.string(), Value: z.unknown() })).optional() }))
    .optional(),
});

/**
 * Does to a template what the stage's `partitionAboveRows` and `partWorkers` do: more rows than that make several tasks
 * one file of. @param workers how many. @default the stage's
 */
export function partitionAbove(rows: number, workers?: number): (template: Template) => void {
  return (template) => {
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type !== 'AWS::Lambda::Function' && Type !== 'AWS::ECS::TaskDefinition') continue;
      // Changed in place: the schema's own output would be a copy.
      workloadProperties.parse(Properties);
      const { Environment, ContainerDefinitions = [] } = Properties as z.input<typeof workloadProperties>;
      const variables = Environment?.Variables;
      if (variables?.DATABASE_SECRET_ARN !== undefined) variables.PARTITION_ABOVE_ROWS = String(rows);
      for (const variable of ContainerDefinitions.flatMap((container) => container.Environment ?? [])) {
        if (workers !== undefined && variable.Name === 'PART_WORKERS') variable.Value = String(workers);
      }
    }
  };
}
