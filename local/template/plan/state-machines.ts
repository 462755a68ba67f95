import * as z from 'zod';
import { commonProperties, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { problem } from '../template-error.ts';

/** A standard state machine. */
export interface StateMachinePlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** In Amazon States Language, parsed; whether its states can be honoured is for the endpoint to judge. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly roleArn: string;
}

const schema = z.strictObject({
  ...commonProperties,
  Definition: z.record(text, z.unknown()).optional(),
  DefinitionString: text.optional(),
  DefinitionSubstitutions: z.record(text, z.union([text, z.number(), z.boolean()]).transform(String)).default({}),
  EncryptionConfiguration: irrelevant('local history is not encrypted'),
  LoggingConfiguration: irrelevant('logs go to the terminal'),
  RoleArn: text,
  StateMachineName: irrelevant('read through the resource name'),
  StateMachineType: z.literal('STANDARD', 'only standard workflows run locally').optional(),
  TracingConfiguration: irrelevant('there is no X-Ray here'),
});

/** Plans one `AWS::StepFunctions::StateMachine`. @throws TemplateError */
export function planStateMachine(resource: ResolvedResource): StateMachinePlan {
  const properties = readProperties(resource, schema);
  const written = properties.DefinitionString ?? JSON.stringify(properties.Definition ?? null);
  const definition = written.replace(/\$\{([A-Za-z0-9_]+)\}/g, (placeholder, name: string) => {
    return properties.DefinitionSubstitutions[name] ?? placeholder;
  });
  return {
    logicalId: resource.logicalId,
    name: resource.attribute('Name'),
    arn: resource.ref(),
    definition: parseDefinition(definition, resource),
    roleArn: properties.RoleArn,
  };
}

function parseDefinition(definition: string, resource: ResolvedResource): Record<string, unknown> {
  const place = { ...resource, path: 'Properties.DefinitionString' };
  try {
    const parsed = z.record(text, z.unknown()).safeParse(JSON.parse(definition));
    if (parsed.success) return parsed.data;
  } catch (error) {
    throw problem(place, `the definition is no JSON: ${(error as Error).message}`);
  }
  throw problem(place, 'there is no definition');
}
