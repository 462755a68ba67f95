import { type AwsEndpointOptions, createAwsEndpoint } from '../../local/aws-endpoint/endpoint.ts';
import type { AwsService } from '../../local/aws-endpoint/service.ts';
import type { LocalClock } from '../../local/clock.ts';
import { mintCredentials } from '../../local/iam/credentials.ts';
import { type Authorizer, createAuthorizer } from '../../local/iam/policy.ts';
import { parsePolicyDocument } from '../../local/iam/policy-document.ts';
import { serve } from './http-server.ts';

const ROLE_ARN = 'arn:aws:iam::000000000000:role/worker';

export interface AwsCloud {
  readonly authorizer: Authorizer;
  /** How an SDK client of the role reaches the services; calls are not retried. */
  readonly asRole: ClientSettings;
  /** The same for the local operator, who may do everything. */
  readonly asOperator: ClientSettings;
}

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  readonly maxAttempts: number;
}

/** Serves AWS services for the running test, to one role with one policy of the given statements. */
export async function serveAws(
  services: readonly AwsService[],
  statements: readonly object[],
  clock: LocalClock,
  intercept?: AwsEndpointOptions['intercept'],
): Promise<AwsCloud> {
  const role = { arn: ROLE_ARN, statements: parsePolicyDocument({ Statement: statements }, 'WorkerPolicy') };
  const authorizer = createAuthorizer([role]);
  const credentials = mintCredentials([ROLE_ARN]);
  const endpoint = createAwsEndpoint({
    services,
    credentials: credentials.lookUp,
    authorize: authorizer.authorize,
    clock,
    ...(intercept && { intercept }),
  });
  const url = await serve((request, response) => void endpoint.handle(request, response));
  const settings = { endpoint: url, region: 'us-east-1', maxAttempts: 1 };
  return {
    authorizer,
    asRole: { ...settings, credentials: credentials.forRole(ROLE_ARN) },
    asOperator: { ...settings, credentials: credentials.localOperator },
  };
}
