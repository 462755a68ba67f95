import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** How long to wait for a connection, in milliseconds. */
const CONNECTION_TIMEOUT_MS = 1_000;

/** How long to wait for an answer, in milliseconds; DynamoDB answers in ten or so. */
const REQUEST_TIMEOUT_MS = 2_000;

/**
 * Tries of one request. With full jitter below 0.1 s and 0.2 s between them, a call ends within
 * 3 x (1 s + 2 s) + 0.3 s = 9.3 s.
 */
const MAX_ATTEMPTS = 3;

/** A client as the runtime's environment configures it, whose calls end in bounded time. */
export function dynamoClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      // Otherwise a late answer is only logged.
      throwOnRequestTimeout: true,
    },
  });
}

/**
 * The client with JavaScript's values for DynamoDB's. Numbers beyond what JavaScript holds exactly are refused when
 * written and come back as BigInt, which no record's schema accepts: nothing is rounded on the way.
 */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}
