import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { LocalClock } from '../clock.ts';
import { ALGORITHM } from './authorization.ts';
import { parseTarget } from './canonical-request.ts';
import { type InterceptedReply, interceptReply } from './intercepted-reply.ts';
import { replyJsonError } from './json-protocol.ts';
import { readBody, sha256Hex } from './read-body.ts';
import {
  AccessDeniedError,
  AwsError,
  type AwsRequest,
  type AwsService,
  type GatePass,
  type Principal,
  type RequiredPermission,
} from './service.ts';
import { type CredentialLookup, verifySignature } from './sigv4.ts';

/** The largest body that is hashed here because its request does not state the hash. S3 always states it. */
const HASHED_BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** One call that was allowed and is about to run. */
export interface InterceptedCall {
  /** The signing name of the service. */
  readonly service: string;
  readonly operation: string;
  readonly principal: Principal;
  /** The same for all tries of one call by an AWS SDK; undefined from other clients. */
  readonly invocationId: string | undefined;
  /** The parsed body, from services that pass it on. */
  readonly input: unknown;
  /** What the caller will be answered with. */
  readonly reply: InterceptedReply;
}

export interface AwsEndpointOptions {
  readonly services: readonly AwsService[];
  readonly credentials: CredentialLookup;
  /** Whether the principal's policy allows a permission. */
  readonly authorize: (principal: Principal, permission: RequiredPermission) => boolean;
  /** The same question where the answer only shapes a reply. @default authorize */
  readonly wouldAllow?: (principal: Principal, permission: RequiredPermission) => boolean;
  readonly clock: LocalClock;
  /** Runs before each allowed call; may wait, or throw an AwsError that the call then fails with. */
  readonly intercept?: (call: InterceptedCall) => Promise<GatePass>;
}

/** Hosts AWS services behind one address; the caller owns the HTTP server. */
export interface AwsEndpoint {
  /** Whether a request carries an AWS signature, valid or not, and so belongs here. */
  isAwsRequest(request: IncomingMessage): boolean;
  /** Answers one request; never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Builds the endpoint: it verifies the signature, picks the service by the credential scope, and hands on. */
export function createAwsEndpoint(options: AwsEndpointOptions): AwsEndpoint {
  const services = new Map(options.services.map((service) => [service.signingName, service]));

  async function serve(incoming: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const method = incoming.method ?? '';
    const target = parseTarget(incoming.url ?? '/');
    let body: Readable = incoming;
    const hashBody = async () => {
      const bytes = await readBody(incoming, HASHED_BODY_LIMIT_BYTES);
      body = Readable.from(bytes.length > 0 ? [bytes] : []);
      return sha256Hex(bytes);
    };
    const signed = { method, target, headers: incoming.headersDistinct, hashBody };
    const time = { now: options.clock.now(), beforeAdvances: options.clock.readingsBeforeAdvances() };
    const verified = await verifySignature(signed, options.credentials, time);
    const { principal, service: name, payloadHash, signedAtMs, isPresigned } = verified;
    const service = services.get(name);
    if (!service) {
      const mounted = [...services.keys()].join(', ');
      throw new AwsError('UnknownService', 400, `The local cloud has no service "${name}"; it has: ${mounted}.`);
    }
    const request: AwsRequest = {
      requestId,
      method,
      path: target.path,
      query: new URLSearchParams(target.parameters.map(([key, value]): [string, string] => [key, value])),
      headers: incoming.headers,
      body,
      payloadHash,
      signedAtMs,
      isPresigned,
      principal,
      allows: (permission) => (options.wouldAllow ?? options.authorize)(principal, permission),
      async gate(operation, permissions, input) {
        const refused = permissions.find((permission) => !options.authorize(principal, permission));
        if (refused) throw new AccessDeniedError(principal, refused);
        if (options.intercept === undefined) return {};
        const invocationId = incoming.headersDistinct['amz-sdk-invocation-id']?.[0];
        const reply = interceptReply(response);
        return options.intercept({ service: name, operation, principal, invocationId, input, reply });
      },
    };
    await service.handle(request, response);
  }

  return {
    isAwsRequest: (request) =>
      request.headers.authorization?.startsWith(ALGORITHM) === true ||
      /[?&]X-Amz-(Algorithm|Signature)=/.test(request.url ?? ''),

    async handle(incoming, response) {
      const requestId = randomUUID();
      response.setHeader('x-amz-request-id', requestId);
      response.setHeader('x-amzn-requestid', requestId);
      // SDKs correct their clock by this header after a refusal, so it must tell the time signatures are checked by.
      response.setHeader('date', new Date(options.clock.now()).toUTCString());
      const claimed = services.get(claimedService(incoming));
      if (incoming.headers.origin !== undefined && claimed?.answerBrowser?.(incoming, response)) return;
      try {
        await serve(incoming, response, requestId);
      } catch (error) {
        // A client that hung up needs no answer, and is no fault of the service.
        if (incoming.destroyed && !incoming.complete) return;
        if (!(error instanceof AwsError)) {
          // Without its query, which may be a capability.
          console.error(`AWS endpoint: ${incoming.method} ${incoming.url?.split('?', 1)[0]}`, error);
        }
        if (response.headersSent) return void response.destroy();
        const refusal =
          error instanceof AwsError
            ? error
            : new AwsError('InternalError', 500, 'The local service failed; see its log.');
        if (claimed?.refuse) claimed.refuse(refusal, response);
        else replyJsonError(response, refusal);
      }
    },
  };
}

/**
 * The service a refused request was meant for, whose protocol its client reads. An unsigned request names none: with no
 * `x-amz-target` it is taken for S3's, the only service whose URLs people open by hand.
 */
function claimedService({ headers, url }: IncomingMessage): string {
  const scope = /\/([^/]+)\/aws4_request/.exec(headers.authorization ?? decodeURIComponentOrEmpty(url ?? ''));
  return scope?.[1] ?? (headers['x-amz-target'] === undefined ? 's3' : '');
}

function decodeURIComponentOrEmpty(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
