import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { dynamoClient } from './dynamodb/client.ts';
import { fileClient } from './s3/client.ts';

/**
 * AWS clients as the runtime's environment configures them: region, credentials and, in the local cloud, the endpoint.
 * Each is made once per process, by whoever needs it first.
 */
export const clients = {
  dynamodb: once(() => dynamoClient()),
  s3: once(() => fileClient()),
  secretsManager: once(() => new SecretsManagerClient({})),
  sfn: once(() => new SFNClient({})),
  ssm: once(() => new SSMClient({})),
};

function once<Client>(make: () => Client): () => Client {
  let client: Client | undefined;
  return () => {
    client ??= make();
    return client;
  };
}
