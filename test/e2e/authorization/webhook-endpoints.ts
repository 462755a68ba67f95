import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { keys } from '../../../adapters/dynamodb/keys.ts';
import { endpointAttributes } from '../../../adapters/dynamodb/webhook-items.ts';
import { randomWebhookIds } from '../../../adapters/webhooks/ids.ts';
import type { WebhookEndpointId } from '../../../core/domain/webhook.ts';
import { newEndpoint } from '../../support/webhooks.ts';
import type { TestCloud } from '../test-cloud.ts';

/** Writes webhook endpoints that nobody has asked for. */
export class WebhookEndpoints {
  readonly #table: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(cloud: TestCloud) {
    const { awsEndpoint, tableName } = cloud.info();
    const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = cloud.operatorEnvironment;
    const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
    this.#tableName = tableName;
    this.#table = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint: awsEndpoint, region: AWS_REGION, credentials }),
      { marshallOptions: { removeUndefinedValues: true } },
    );
  }

  stop(): void {
    this.#table.destroy();
  }

  async add(accountId: string): Promise<WebhookEndpointId> {
    const id = randomWebhookIds.endpointId();
    const key = keys.webhook({ accountId, endpointId: id });
    const endpoint = newEndpoint(0, { id, accountId });
    const Item = { ...key, ...endpointAttributes(endpoint), revision: 1 };
    await this.#table.send(new PutCommand({ TableName: this.#tableName, Item }));
    return id;
  }
}
