import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';

/**
 * AWS clients as the runtime's environment configures them: region, credentials and, in the local cloud, the endpoint.
 * Each is made once per process, by whoever needs it first.
 */
export const clients = {
  dynamodb: once(() => new DynamoDBClient({})),
  s3: once(() => new S3Client({})),
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
