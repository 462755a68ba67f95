import { resolveConditions } from './conditions.ts';
import { resolveValue } from './intrinsics.ts';
import { resolveParameters } from './parameters.ts';
import { ACCOUNT_ID, arn, REGION, uuidId } from './physical-ids.ts';
import { type LocalEndpoints, MissingEndpointError, type Referable, referableTypes } from './references.ts';
import type { Scope } from './scope.ts';
import { type TemplateResource, templateSchema } from './template.ts';
import { collectProblems, type Place, problem } from './template-error.ts';

/** A resource whose properties contain plain values only. */
export interface ResolvedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What `Ref` gives. @throws TemplateError for a type that may not be referred to */
  ref(): string;
  /** What `Fn::GetAtt` gives. @throws TemplateError for an unknown attribute */
  attribute(name: string): string;
}

export interface ResolveOptions {
  /** Values of the template's parameters; those left out take their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly endpoints?: LocalEndpoints;
  /** @default 'waybill-local' */
  readonly stackName?: string;
  /** Types whose own properties nobody reads: they may be referred to, but are not in the result. @default none */
  readonly isLeftOut?: (type: string) => boolean;
}

/**
 * Resolves every intrinsic of a synthesized template to a local value. Resources whose condition is false are left out.
 * @throws TemplateError naming logical id, path and intrinsic of all that is unknown, dangling or circular
 */
export function resolveTemplate(
  template: unknown,
  options: ResolveOptions = {},
): ReadonlyMap<string, ResolvedResource> {
  const parsed = templateSchema.parse(template);
  const { Resources: resources } = parsed;
  const parameters = resolveParameters(parsed.Parameters, options.parameters ?? {});
  const pseudo = pseudoParameters(options.stackName ?? 'waybill-local');
  const naming = new Set<string>();

  const exists = (logicalId: string) => {
    const resource = resources[logicalId];
    if (!resource) return undefined;
    const { Condition: condition } = resource;
    const isDeployed = condition === undefined || scope.condition(condition, { logicalId, path: 'Condition' });
    return isDeployed ? resource : undefined;
  };

  const referable = (logicalId: string, resource: TemplateResource): Referable => ({
    logicalId,
    endpoints: options.endpoints ?? {},
    text(property) {
      const place = { logicalId, path: `Properties.${property}` };
      if (naming.has(`${logicalId}.${property}`)) throw problem(place, 'the name refers to itself');
      naming.add(`${logicalId}.${property}`);
      try {
        const value = resolveValue(resource.Properties[property], place, scope);
        return value === undefined ? undefined : String(value);
      } finally {
        naming.delete(`${logicalId}.${property}`);
      }
    },
  });

  const lookUp = (logicalId: string, attribute: string | undefined, place: Place, intrinsic: string): string => {
    const resource = exists(logicalId);
    if (!resource) throw problem(place, `${intrinsic} names ${logicalId}, which the template does not have`);
    const type = referableTypes[resource.Type];
    if (!type)
      throw problem(place, `${intrinsic} refers to ${logicalId}, but no local value of a ${resource.Type} is known`);
    const value = attribute === undefined ? type.ref : type.attributes[attribute];
    if (!value) throw problem(place, `${intrinsic}: attribute ${attribute} of a ${resource.Type} is not known`);
    try {
      return value(referable(logicalId, resource));
    } catch (error) {
      if (error instanceof MissingEndpointError) throw problem(place, `${intrinsic}: ${error.message}`);
      throw error;
    }
  };

  const scope: Scope = {
    mappings: parsed.Mappings,
    ref(name, place) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      if (parameters.has(name)) return parameters.get(name)?.();
      return lookUp(name, undefined, place, `Ref ${name}`);
    },
    attribute: (logicalId, name, place) => lookUp(logicalId, name, place, `Fn::GetAtt ${logicalId}.${name}`),
    condition: resolveConditions(parsed.Conditions, () => scope),
  };

  const deployed = Object.entries(resources).filter(
    ([logicalId, { Type: type }]) => !options.isLeftOut?.(type) && exists(logicalId),
  );
  const resolved = collectProblems(deployed, ([logicalId, resource]): [string, ResolvedResource] => {
    const properties = resolveValue(resource.Properties, { logicalId, path: 'Properties' }, scope);
    return [
      logicalId,
      {
        logicalId,
        type: resource.Type,
        properties: properties as Record<string, unknown>,
        metadata: resource.Metadata,
        ref: () => lookUp(logicalId, undefined, { logicalId, path: '' }, 'Ref'),
        attribute: (name) => lookUp(logicalId, name, { logicalId, path: '' }, 'Fn::GetAtt'),
      },
    ];
  });
  return new Map(resolved);
}

function pseudoParameters(stackName: string): Readonly<Record<string, string | undefined>> {
  return {
    'AWS::AccountId': ACCOUNT_ID,
    'AWS::NoValue': undefined,
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::StackId': arn('cloudformation', `stack/${stackName}/${uuidId(stackName)}`),
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  };
}
