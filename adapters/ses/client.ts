import { SESClient, type SESClientConfig } from '@aws-sdk/client-ses';

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 8_000;

/**
 * An SES client that tries each call once, for at most 11 s. SES knows no idempotency token: the SDK's own retry after a
 * lost reply would send a second mail.
 */
export function mailClient(config: SESClientConfig = {}): SESClient {
  return new SESClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    ...config,
  });
}
