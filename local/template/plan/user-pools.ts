import * as z from 'zod';
import { readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { collectProblems } from '../template-error.ts';

/** A user pool, for which the local issuer stands in. */
export interface UserPoolPlan {
  readonly logicalId: string;
  readonly id: string;
  readonly arn: string;
  /** Their ids are the audiences of the tokens. */
  readonly clients: readonly { readonly logicalId: string; readonly clientId: string }[];
}

/** How users sign up and in is the local issuer's matter, so no other property is read. */
const clientSchema = z.looseObject({ UserPoolId: text });

/** Plans every `AWS::Cognito::UserPool` with its clients. @throws TemplateError */
export function planUserPools(
  pools: readonly ResolvedResource[],
  clients: readonly ResolvedResource[],
): UserPoolPlan[] {
  const planned = collectProblems(clients, (resource) => ({
    poolId: readProperties(resource, clientSchema).UserPoolId,
    client: { logicalId: resource.logicalId, clientId: resource.ref() },
  }));
  return pools.map((resource) => ({
    logicalId: resource.logicalId,
    id: resource.ref(),
    arn: resource.attribute('Arn'),
    clients: planned.filter(({ poolId }) => poolId === resource.ref()).map(({ client }) => client),
  }));
}
