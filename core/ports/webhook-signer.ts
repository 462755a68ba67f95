/** What a receiver can verify. */
export interface SignedMessage {
  /** The same for each try, so that a receiver can tell what it has had. */
  readonly id: string;
  /** When it is sent, in epoch milliseconds. */
  readonly at: number;
  /** JSON text. */
  readonly body: string;
}

/** Signs as Standard Webhooks has it. @see https://www.standardwebhooks.com */
export interface WebhookSigner {
  /** The headers webhook-id, webhook-timestamp and webhook-signature, with one signature for each secret. */
  headersOf(message: SignedMessage, secrets: readonly string[]): Readonly<Record<string, string>>;
}
