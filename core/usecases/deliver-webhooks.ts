import type { ExportRef } from '../domain/export-id.ts';
import { signingSecrets, type WebhookEndpoint, type WebhookEndpointId } from '../domain/webhook.ts';
import {
  abandoned,
  afterTry,
  endpointAfter,
  type WebhookDelivery,
  type WebhookDeliveryRef,
  type WebhookTry,
} from '../domain/webhook-delivery.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { WebhookAnswer, WebhookSender } from '../ports/webhook-sender.ts';
import type { WebhookSigner } from '../ports/webhook-signer.ts';
import type { WebhookStore } from '../ports/webhook-store.ts';
import { deliveriesOf } from './queue-webhooks.ts';

/** Tries to one endpoint at the same time. */
const PER_ENDPOINT = 4;

/** Tries to one endpoint in one pass, at the most. */
const TRIES_PER_ENDPOINT = 100;

/** Endpoints in one pass, at the most: with four tries each, 400 connections. */
const MAX_ENDPOINTS = 100;

/** How much of the index one pass looks through, so that a long line to one receiver does not hide the others. */
const MAX_ROWS = 10_000;

/** No try is begun later than this into a pass: one that takes its ten seconds is still over within a minute. */
const BEGIN_WITHIN_MS = 40_000;

export interface DeliverWebhooksDeps {
  readonly webhooks: WebhookStore;
  readonly sender: WebhookSender;
  readonly signer: WebhookSigner;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** What one pass did, for the log. */
export interface DeliveryReport {
  readonly delivered: number;
  /** Tries that failed and have another one to come. */
  readonly postponed: number;
  readonly failed: number;
  /** What could not be done this time; everything else was. */
  readonly failures: readonly unknown[];
}

/**
 * Makes every try that is due. Each endpoint has a line of its own, so that one that is slow delays only itself. Any
 * number of passes may run at once.
 */
export async function deliverDueWebhooks(deps: DeliverWebhooksDeps): Promise<DeliveryReport> {
  return makeTries(deps, await linesDue(deps, deps.clock.now()));
}

/** Makes the first tries to tell of one export's ending, so that nobody waits for the next minute. */
export async function deliverWebhooksOf(
  deps: DeliverWebhooksDeps & { readonly store: Pick<ExportStore, 'get'> },
  ref: ExportRef,
): Promise<DeliveryReport> {
  const record = await deps.store.get(ref);
  const deliveries = record ? await deliveriesOf(deps, record, deps.clock.now()) : [];
  return makeTries(
    deps,
    deliveries.map((delivery) => [delivery]),
  );
}

/** @param lines what is to be sent, one line for each endpoint */
async function makeTries(deps: DeliverWebhooksDeps, lines: readonly WebhookDeliveryRef[][]): Promise<DeliveryReport> {
  const startedAt = deps.clock.now();
  const count = { delivered: 0, pending: 0, failed: 0 };
  const failures: unknown[] = [];
  const serve = async (line: WebhookDeliveryRef[]) => {
    while (deps.clock.now() - startedAt < BEGIN_WITHIN_MS) {
      const ref = line.shift();
      if (ref === undefined) return;
      try {
        const after = await deliver(deps, ref);
        if (after) count[after.state] += 1;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(lines.flatMap((line) => Array.from({ length: PER_ENDPOINT }, () => serve(line))));
  return { delivered: count.delivered, postponed: count.pending, failed: count.failed, failures };
}

/** The tries that are due, in a line for each endpoint. */
async function linesDue({ webhooks }: DeliverWebhooksDeps, now: number): Promise<WebhookDeliveryRef[][]> {
  const lines = new Map<WebhookEndpointId, WebhookDeliveryRef[]>();
  let rows = 0;
  for await (const ref of webhooks.triesDue(now)) {
    const line = lines.get(ref.endpointId) ?? [];
    if (line.length < TRIES_PER_ENDPOINT) line.push(ref);
    lines.set(ref.endpointId, line);
    rows += 1;
    if (rows === MAX_ROWS || lines.size === MAX_ENDPOINTS) break;
  }
  return [...lines.values()];
}

/**
 * Makes one try, unless somebody else is making it.
 * @returns the delivery as it is then
 */
async function deliver(deps: DeliverWebhooksDeps, ref: WebhookDeliveryRef): Promise<WebhookDelivery | undefined> {
  const { webhooks, clock, random } = deps;
  const claimed = await webhooks.claim(ref, clock.now());
  if (claimed === undefined) return undefined;
  const { accountId, endpointId } = claimed;
  // Read for each try: it may have been switched off, or have got a new secret, a moment ago.
  const endpoint = await webhooks.find({ accountId, endpointId });
  const isOn = endpoint !== undefined && endpoint.switchedOff === undefined;
  const after = isOn ? afterTry(claimed, await send(deps, endpoint, claimed), random()) : abandoned(claimed);
  // The endpoint first: if this ends in between, the try is made again, and the endpoint judged again.
  if (isOn) await webhooks.change({ accountId, endpointId }, (each) => endpointAfter(each, after));
  await webhooks.settle(claimed, after);
  return after;
}

async function send(
  { sender, signer, clock }: DeliverWebhooksDeps,
  endpoint: WebhookEndpoint,
  { id, body }: WebhookDelivery,
): Promise<WebhookTry> {
  const at = clock.now();
  const headers = signer.headersOf({ id, at, body }, signingSecrets(endpoint, at));
  const answer = await sender.send({ url: endpoint.url, headers, body });
  return { at, durationMs: clock.now() - at, ...resultOf(answer) };
}

function resultOf(answer: WebhookAnswer): Pick<WebhookTry, 'status' | 'reason'> {
  return answer.kind === 'answered' ? { status: answer.status } : { reason: answer.reason };
}
