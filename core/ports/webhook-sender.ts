/** One request to a receiver of an account's own choosing. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}

export type WebhookAnswer =
  | { readonly kind: 'answered'; readonly status: number }
  /** Nothing was sent: the address is not one that may be called. */
  | { readonly kind: 'forbidden'; readonly reason: string }
  /** Nothing is known to have arrived. */
  | { readonly kind: 'unreachable'; readonly reason: string };

/**
 * Calls receivers. It never follows a redirect, ends within ten seconds, and reaches public addresses alone: what a name
 * resolves to is checked, and the connection goes to the very address that was checked.
 */
export interface WebhookSender {
  /** Never throws: whatever happens is an answer. */
  send(request: WebhookRequest): Promise<WebhookAnswer>;
}
