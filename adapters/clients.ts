import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { fileClient } from './s3/client.ts';

/**
 * AWS clients as the runtime's environment configures them: region, credentials and, in the local cloud, the endpoint.
 * Each is made once per process, by whoever needs it first.
 */
export const clients = {
  dynamodb: once(() => new DynamoDBClient({})),
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
