import { lookup as resolveName } from 'node:dns/promises';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { WebhookAnswer, WebhookRequest, WebhookSender } from '../../core/ports/webhook-sender.ts';
import { isPublicAddress } from './public-address.ts';
import { hostOf, mistakeInReceiverUrl } from './receiver-url.ts';

/** From the look-up of the name to the end of the answer. */
const TIMEOUT_MS = 10_000;

/** More of an answer is not read: its status is all that counts. */
const MAX_ANSWER_BYTES = 16_384;

export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface WebhookSenderOptions {
  /** Whether receivers may be on this machine and without TLS: for the local cloud and tests alone. */
  readonly allowPrivate: boolean;
  /** @default the system's resolver */
  readonly resolve?: (hostname: string) => Promise<readonly Address[]>;
  /** @default 10,000 */
  readonly timeoutMs?: number;
}

/** Sends webhooks over HTTPS to public addresses. */
export function httpWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { allowPrivate, resolve = resolveAll, timeoutMs = TIMEOUT_MS } = options;

  return {
    async send(request) {
      const mistake = mistakeInReceiverUrl(request.url, allowPrivate);
      if (mistake !== undefined) return { kind: 'forbidden', reason: `the URL ${mistake}` };
      const url = new URL(request.url);
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const addresses = await within(deadline, resolve(hostOf(url)));
        const [first] = addresses;
        if (first === undefined) return { kind: 'unreachable', reason: 'the name has no address' };
        // All of them: a name with one address of each kind is made to deceive.
        if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address))) {
          return { kind: 'forbidden', reason: 'the name leads to an address that is not public' };
        }
        return await post(url, request, first, deadline);
      } catch (error) {
        return { kind: 'unreachable', reason: deadline.aborted ? 'no answer in time' : reasonOf(error) };
      }
    },
  };
}

async function resolveAll(hostname: string): Promise<readonly Address[]> {
  return resolveName(hostname, { all: true });
}

/** The name is not looked up again: a second answer could be another address. */
function pinned(to: Address): LookupFunction {
  return (_hostname, { all }, callback) => (all ? callback(null, [{ ...to }]) : callback(null, to.address, to.family));
}

function post(url: URL, { headers, body }: WebhookRequest, to: Address, signal: AbortSignal): Promise<WebhookAnswer> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request: ClientRequest = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      lookup: pinned(to),
      // A kept connection would outlive the check of its address.
      agent: false,
      signal,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const answer = { kind: 'answered', status: response.statusCode ?? 0 } as const;
      drain(response).then(() => resolve(answer), reject);
    });
    request.end(body);
  });
}

async function drain(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    // Leaving the loop closes the connection.
    if (bytes > MAX_ANSWER_BYTES) return;
  }
}

function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** What an operator of the receiver can act on, without our own addresses or stack. */
function reasonOf(error: unknown): string {
  const code = String((error as { code?: unknown }).code ?? '');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the name could not be resolved';
  if (code === 'ECONNREFUSED') return 'the connection was refused';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the connection was closed without an answer';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) return 'the certificate or the TLS handshake was not accepted';
  return 'the connection failed';
}
