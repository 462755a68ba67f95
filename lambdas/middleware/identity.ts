import type middy from '@middy/core';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { ProblemError } from '../../core/domain/errors.ts';
import type { Memberships } from '../../core/ports/memberships.ts';
import type { Caller } from '../../core/usecases/caller.ts';

/**
 * Who calls: the token, which API Gateway has verified, says the user and the account; what they may do comes from
 * the membership record as it is now. A token alone never suffices.
 */
export function identity(memberships: Memberships): middy.MiddlewareObj<APIGatewayProxyEventV2WithJWTAuthorizer> {
  return {
    async before(request) {
      const { claims } = request.event.requestContext.authorizer.jwt;
      const userId = claims.sub;
      const accountId = claims.account_id;
      const caller =
        typeof userId === 'string' && typeof accountId === 'string'
          ? await memberships.ofCaller({ accountId, userId, claims })
          : undefined;
      if (caller === undefined) {
        throw new ProblemError('permission_required', 'You are not a member of this account. Ask one of its owners.');
      }
      (request.event as typeof request.event & { caller: Caller }).caller = caller;
    },
  };
}
