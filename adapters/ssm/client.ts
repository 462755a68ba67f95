import { SSMClient } from '@aws-sdk/client-ssm';

/** A Parameter Store client as the runtime's environment configures it. */
export function parameterClient(): SSMClient {
  return new SSMClient({});
}
