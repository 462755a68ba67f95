/** What an endpoint may be told of: each way in which an export can end. */
export const webhookEvents = ['export.ready', 'export.failed', 'export.cancelled', 'export.expired'] as const;

export type WebhookEvent = (typeof webhookEvents)[number];

/** The event that is sent on request, whatever an endpoint is subscribed to. */
export const TEST_EVENT = 'webhook.test';

/** How many endpoints an account may have. */
export const MAX_WEBHOOK_ENDPOINTS = 10;

/** For how long after a rotation the secret before it signs as well, in milliseconds: 24 hours. */
const PREVIOUS_SECRET_MS = 24 * 3_600_000;

/** For how long nobody else tells the owners once somebody has begun to, in milliseconds. */
const NOTICE_CLAIM_MS = 60_000;

export type WebhookEndpointId = `whe_${string}`;

const endpointIdPattern = /^whe_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function isWebhookEndpointId(value: string): value is WebhookEndpointId {
  return endpointIdPattern.test(value);
}

/** Where an endpoint is kept: the account is part of its key. */
export interface WebhookEndpointRef {
  readonly accountId: string;
  readonly endpointId: WebhookEndpointId;
}

/** `gone`: it answered 410. `failing`: a day of tries, and not one success. */
export type SwitchedOffReason = 'gone' | 'failing';

/** That an endpoint is off, and who has been told. Times are epoch milliseconds. */
export interface SwitchedOff {
  readonly at: number;
  readonly reason: SwitchedOffReason;
  /** User ids. */
  readonly told: readonly string[];
  /** When its owners are to be told; absent once they are. */
  readonly tellAt?: number;
}

/** A receiver of an account's events. Times are epoch milliseconds. */
export interface WebhookEndpoint {
  readonly id: WebhookEndpointId;
  readonly accountId: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly description?: string;
  /** `whsec_` and base64, as the standard has it. */
  readonly secret: string;
  readonly previousSecret?: { readonly secret: string; readonly until: number };
  /** A user id. */
  readonly createdBy: string;
  readonly createdAt: number;
  /** When it was created, or switched on again. */
  readonly enabledAt: number;
  readonly switchedOff?: SwitchedOff;
  /** When it last answered a try with success. */
  readonly lastSuccessAt?: number;
}

export function isSubscribed({ events, switchedOff }: WebhookEndpoint, event: WebhookEvent): boolean {
  return switchedOff === undefined && events.includes(event);
}

/** The secrets to sign with: during a rotation two, so that a receiver may know either. */
export function signingSecrets({ secret, previousSecret }: WebhookEndpoint, now: number): readonly string[] {
  return previousSecret !== undefined && now < previousSecret.until ? [secret, previousSecret.secret] : [secret];
}

/** Gives it a new secret. Repeated with the same one it changes nothing. */
export function rotateSecret(endpoint: WebhookEndpoint, secret: string, now: number): WebhookEndpoint {
  if (endpoint.secret === secret) return endpoint;
  return { ...endpoint, secret, previousSecret: { secret: endpoint.secret, until: now + PREVIOUS_SECRET_MS } };
}

/** Switches it on again; what it missed is not sent. */
export function switchOn(endpoint: WebhookEndpoint, now: number): WebhookEndpoint {
  const { switchedOff, ...kept } = endpoint;
  return switchedOff === undefined ? endpoint : { ...kept, enabledAt: now };
}

export function switchOff(endpoint: WebhookEndpoint, reason: SwitchedOffReason, now: number): WebhookEndpoint {
  if (endpoint.switchedOff !== undefined) return endpoint;
  return { ...endpoint, switchedOff: { at: now, reason, told: [], tellAt: now } };
}

export function noteSuccess(endpoint: WebhookEndpoint, at: number): WebhookEndpoint {
  return at <= (endpoint.lastSuccessAt ?? 0) ? endpoint : { ...endpoint, lastSuccessAt: at };
}

/** Whether it has been on since then without a success. */
export function hasFailedSince({ enabledAt, lastSuccessAt = 0 }: WebhookEndpoint, since: number): boolean {
  return enabledAt <= since && lastSuccessAt < since;
}

/** Takes on telling its owners that it is off: for a minute nobody else does. Undefined when that is not due. */
export function takeNotice(endpoint: WebhookEndpoint, now: number): WebhookEndpoint | undefined {
  const { switchedOff } = endpoint;
  if (switchedOff?.tellAt === undefined || now < switchedOff.tellAt) return undefined;
  return { ...endpoint, switchedOff: { ...switchedOff, tellAt: now + NOTICE_CLAIM_MS } };
}

/** Notes that one owner was told. */
export function noteTold(endpoint: WebhookEndpoint, userId: string): WebhookEndpoint {
  const { switchedOff } = endpoint;
  if (switchedOff === undefined || switchedOff.told.includes(userId)) return endpoint;
  return { ...endpoint, switchedOff: { ...switchedOff, told: [...switchedOff.told, userId] } };
}

/** Notes that nobody is left to be told. */
export function closeNotice(endpoint: WebhookEndpoint): WebhookEndpoint {
  if (endpoint.switchedOff?.tellAt === undefined) return endpoint;
  const { tellAt: _, ...switchedOff } = endpoint.switchedOff;
  return { ...endpoint, switchedOff };
}
