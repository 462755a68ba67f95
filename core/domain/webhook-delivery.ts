import {
  hasFailedSince,
  noteSuccess,
  switchOff,
  type TEST_EVENT,
  type WebhookEndpoint,
  type WebhookEndpointId,
  type WebhookEvent,
} from './webhook.ts';

const MINUTE_MS = 60_000;

/**
 * The waits between the tries, in minutes: 1 + 4 + 10 + 15 + 30 + 60 + 120 + 240 + 480 + 480 = 1,440, so that eleven
 * tries are spread over 24 hours.
 */
const WAITS_MINUTES = [1, 4, 10, 15, 30, 60, 120, 240, 480, 480] as const;

/** By how much of itself a wait may be longer, so that what failed together does not come back together. */
const JITTER = 0.1;

/** How long one try keeps others from making the same, in milliseconds: longer than a try and what is noted of it take. */
export const TRY_LEASE_MS = 60_000;

export const deliveryStates = ['pending', 'delivered', 'failed'] as const;

export type DeliveryState = (typeof deliveryStates)[number];

export type MessageId = `msg_${string}`;

/** Where a delivery is kept. */
export interface WebhookDeliveryRef {
  readonly endpointId: WebhookEndpointId;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly id: MessageId;
}

/** One request to a receiver: the status it answered with, or why there is none. */
export interface WebhookTry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly durationMs: number;
  readonly status?: number;
  readonly reason?: string;
}

/** One event on its way to one endpoint. */
export interface WebhookDelivery extends WebhookDeliveryRef {
  readonly accountId: string;
  readonly type: WebhookEvent | typeof TEST_EVENT;
  /** JSON text; every try sends the same. */
  readonly body: string;
  readonly state: DeliveryState;
  /** Oldest first. */
  readonly tries: readonly WebhookTry[];
  /** Epoch milliseconds; while a try is being made, when it counts as lost. Absent once it is delivered or has failed. */
  readonly nextTryAt?: number;
}

function isSuccess({ status = 0 }: WebhookTry): boolean {
  return status >= 200 && status <= 299;
}

/** Whether the receiver says that it never wants to hear of anything again. */
function isGone({ status }: WebhookTry): boolean {
  return status === 410;
}

/**
 * What becomes of a delivery by a try. Any answer but 2xx is a failure, a redirect too.
 * @param random from 0 to 1, for the jitter
 */
export function afterTry(delivery: WebhookDelivery, made: WebhookTry, random: number): WebhookDelivery {
  const { nextTryAt: _, ...kept } = delivery;
  const tries = [...delivery.tries, made];
  if (isSuccess(made)) return { ...kept, state: 'delivered', tries };
  const waitMinutes = WAITS_MINUTES[delivery.tries.length];
  if (isGone(made) || waitMinutes === undefined) return { ...kept, state: 'failed', tries };
  const waitMs = waitMinutes * MINUTE_MS * (1 + JITTER * random);
  return { ...kept, state: 'pending', tries, nextTryAt: made.at + Math.round(waitMs) };
}

/** Gives up a delivery without a try: its endpoint is off, or there is none any more. */
export function abandoned({ nextTryAt: _, ...kept }: WebhookDelivery): WebhookDelivery {
  return { ...kept, state: 'failed' };
}

/** What becomes of an endpoint by the last try of a delivery to it. */
export function endpointAfter(endpoint: WebhookEndpoint, delivery: WebhookDelivery): WebhookEndpoint {
  const made = delivery.tries.at(-1);
  if (made === undefined || delivery.state === 'pending') return endpoint;
  if (isSuccess(made)) return noteSuccess(endpoint, made.at);
  if (isGone(made)) return switchOff(endpoint, 'gone', made.at);
  return hasFailedSince(endpoint, delivery.createdAt) ? switchOff(endpoint, 'failing', made.at) : endpoint;
}
