import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** The identity whose signature a request carries: one role of the synthesized template. */
export interface Principal {
  readonly roleArn: string;
  /** Which of those that act as the role, where that is known: a task. */
  readonly session?: string;
}

/** One permission a request needs, as IAM would name it. */
export interface RequiredPermission {
  /** e.g. `s3:PutObject` */
  readonly action: string;
  /** The ARN the action is on, or `*` for actions without a resource. */
  readonly resource: string;
  /** Condition keys of the request, e.g. `{ 's3:prefix': 'exports/' }`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** What an allowed call has to take into account. */
export interface GatePass {
  /** Items an index has not caught up with: a query of the index answers as if they were not in it. */
  readonly isHidden?: (item: Readonly<Record<string, unknown>>) => boolean;
}

/** A request whose signature has been verified. */
export interface AwsRequest {
  /** Sent to the caller as `x-amz-request-id` and `x-amzn-requestid`. */
  readonly requestId: string;
  readonly method: string;
  /** The decoded path, with its dot segments kept: an S3 key may contain them. */
  readonly path: string;
  /** The decoded query, exactly the pairs the signature covers. */
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The unread body. Read it with `readBody`, or check it against {@link payloadHash}. */
  readonly body: Readable;
  /**
   * What the signature says about the body: its SHA-256 in hex, which whoever reads the body must compare, or one of
   * S3's words such as `UNSIGNED-PAYLOAD`.
   */
  readonly payloadHash: string;
  readonly signedAtMs: number;
  /** Signed in the query of a URL, rather than in a header. */
  readonly isPresigned: boolean;
  readonly principal: Principal;
  /**
   * Every service calls this exactly once, before it reads or changes anything: it checks the caller's policy and
   * gives fault injection its place.
   * @param operation the API operation, e.g. `UploadPart`
   * @param input the parsed body, from a service whose faults depend on it (DynamoDB)
   * @throws AccessDeniedError when the role's policy does not allow every permission
   */
  gate(operation: string, permissions: readonly RequiredPermission[], input?: unknown): Promise<GatePass>;
  /** Whether the caller's policy allows one more permission, where the answer only shapes the reply. */
  allows(permission: RequiredPermission): boolean;
}

/** One AWS API of the local cloud, mounted on the endpoint under its SigV4 signing name. */
export interface AwsService {
  /** The service name in the credential scope: `s3`, `states`, `dynamodb`, `secretsmanager`, `ssm`, `ses`. */
  readonly signingName: string;
  /**
   * Tells a browser what the page that asks may see, by headers that stay on whatever the answer is. It comes before the
   * signature is looked at: a preflight has none of its own.
   * @returns whether that was all there is to answer
   */
  answerBrowser?(request: IncomingMessage, response: ServerResponse): boolean;
  /** Answers one request, errors included, in the service's own protocol. */
  handle(request: AwsRequest, response: ServerResponse): Promise<void>;
  /**
   * Answers a request that was refused before it reached {@link handle}, such as one with a bad signature.
   * @default an error of the JSON protocols
   */
  refuse?(error: AwsError, response: ServerResponse): void;
}

type ErrorDetail = string | readonly Readonly<Record<string, string>>[];

/** An error with the code by which AWS clients know it; a service renders it in its own protocol. */
export class AwsError extends Error {
  override readonly name: string = 'AwsError';
  readonly code: string;
  readonly statusCode: number;
  /** Further members of the error document. */
  readonly details: Readonly<Record<string, ErrorDetail>>;

  constructor(code: string, statusCode: number, message: string, details: Readonly<Record<string, ErrorDetail>> = {}) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
    this.details = details;
  }
}

/** Thrown by {@link AwsRequest.gate}; each service renders it in its own protocol (S3: XML 403, JSON services: 400). */
export class AccessDeniedError extends AwsError {
  override readonly name = 'AccessDeniedError';
  readonly principal: Principal;
  readonly permission: RequiredPermission;

  constructor(
    principal: Principal,
    permission: RequiredPermission,
    reason = 'no statement of its synthesized policy allows it',
  ) {
    super(
      'AccessDenied',
      403,
      `${principal.roleArn} is not authorized to perform ${permission.action} on ${permission.resource}: ${reason}`,
    );
    this.principal = principal;
    this.permission = permission;
  }
}
