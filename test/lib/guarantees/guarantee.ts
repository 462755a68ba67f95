import type { StageConfig } from '../../../lib/config/config.ts';
import type { Json } from '../synthesize.ts';

/** A stack as it is handed to CloudFormation. */
export interface Synthesized {
  readonly resources: Record<string, Json>;
  readonly config: StageConfig;
  terminationProtection: boolean;
}

/** What every stage's stack holds to, with damages that each have to be noticed. */
export interface Guarantee {
  /** Completes "every stack ...". */
  readonly name: string;
  /** What is wrong, each in a line; nothing for a stack that holds to it. */
  violations(stack: Synthesized): string[];
  readonly twins: Readonly<Record<string, (stack: Synthesized) => void>>;
}

/** All resources of a type, by logical id. @throws Error when there is none, which no guarantee is about */
export function allOf({ resources }: Synthesized, type: string): [id: string, resource: Json][] {
  const found = Object.entries(resources).filter(([, { Type }]) => Type === type);
  if (found.length === 0) throw new Error(`There is no ${type}.`);
  return found;
}

/** The first resource of a type, or the first whose logical id begins as named. */
export function anyOf(stack: Synthesized, type: string, prefix = ''): Json {
  const found = allOf(stack, type).find(([id]) => id.startsWith(prefix))?.[1];
  if (!found) throw new Error(`There is no ${type} ${prefix}.`);
  return found;
}

/** The function of a workload. */
export function functionIn(stack: Synthesized, workload: string): Json {
  const found = allOf(stack, 'AWS::Lambda::Function').find(
    ([, { Properties }]) => Properties.Description === `Waybill ${workload}`,
  );
  if (!found) throw new Error(`There is no function for ${workload}.`);
  return found[1];
}

export function asList(value: Json): Json[] {
  return value === undefined ? [] : [value].flat();
}
