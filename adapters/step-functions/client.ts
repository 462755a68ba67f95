import { SFNClient } from '@aws-sdk/client-sfn';

/** A Step Functions client as the runtime's environment configures it. */
export function stepFunctionsClient(): SFNClient {
  return new SFNClient({});
}
