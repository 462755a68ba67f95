import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** A Secrets Manager client as the runtime's environment configures it. */
export function secretsClient(): SecretsManagerClient {
  return new SecretsManagerClient({});
}
