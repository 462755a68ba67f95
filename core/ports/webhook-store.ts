import type { WebhookEndpoint, WebhookEndpointRef } from '../domain/webhook.ts';
import type { WebhookDelivery, WebhookDeliveryRef } from '../domain/webhook-delivery.ts';

/**
 * The endpoints of accounts, and what is on its way to them. Each call may be repeated.
 * @throws StoreUnavailableError from any method, when retries did not help
 */
export interface WebhookStore {
  /** False when the account has `limit` endpoints already. */
  create(endpoint: WebhookEndpoint, limit: number): Promise<boolean>;

  /** Consistent, as all reads of endpoints are. */
  find(ref: WebhookEndpointRef): Promise<WebhookEndpoint | undefined>;

  /** Every endpoint of the account, oldest first. */
  list(accountId: string): Promise<readonly WebhookEndpoint[]>;

  /**
   * Changes an endpoint as a rule says, which may be asked more than once: of what it was, and again when somebody else
   * has changed it meanwhile.
   * @param rule gives the endpoint as it is to be, or the very one it got; undefined refuses
   * @returns the endpoint as it is now; undefined when there is none, or the rule refuses
   */
  change(
    ref: WebhookEndpointRef,
    rule: (endpoint: WebhookEndpoint) => WebhookEndpoint | undefined,
  ): Promise<WebhookEndpoint | undefined>;

  /** False when there is no such endpoint. What is on its way to it is not sent any more. */
  remove(ref: WebhookEndpointRef): Promise<boolean>;

  /** Endpoints that are off and whose owners are to be told at `before` or earlier, by an index that may lag behind. */
  noticesDue(before: number, limit: number): Promise<readonly WebhookEndpointRef[]>;

  /** Takes on a delivery, unless there is one of its id. */
  queue(delivery: WebhookDelivery): Promise<void>;

  /** Newest first. */
  deliveries(endpointId: WebhookEndpoint['id'], limit: number): Promise<readonly WebhookDelivery[]>;

  /** Deliveries with a try due at `before` or earlier, most overdue first, by an index that may lag behind. */
  triesDue(before: number): AsyncIterable<WebhookDeliveryRef>;

  /**
   * Takes on the next try of a delivery: nobody else makes it within the lease.
   * @returns the delivery, whose `nextTryAt` is the end of the lease; undefined when no try is due, or when it is not
   * known whether it was this call that got it
   */
  claim(ref: WebhookDeliveryRef, now: number): Promise<WebhookDelivery | undefined>;

  /** Writes what became of a claimed delivery, unless its lease is over and somebody else has claimed it since. */
  settle(claimed: WebhookDelivery, after: WebhookDelivery): Promise<void>;
}
