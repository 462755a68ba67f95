import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** The identity whose signature a request carries: one role of the synthesized template. */
export interface Principal {
  readonly roleArn: string;
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

/** A request whose signature has been verified. */
export interface AwsRequest {
  readonly method: string;
  /** Decoded path and query; the host is that of the endpoint. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** The unread body. */
  readonly body: IncomingMessage;
  readonly principal: Principal;
  /**
   * Every service calls this exactly once, before it reads or changes anything: it checks the caller's policy and
   * gives fault injection its place.
   * @param operation the API operation, e.g. `UploadPart`
   * @throws AccessDeniedError when the role's policy does not allow every permission
   */
  gate(operation: string, permissions: readonly RequiredPermission[]): Promise<void>;
}

/** One AWS API of the local cloud, mounted on the endpoint under its SigV4 signing name. */
export interface AwsService {
  /** The service name in the credential scope: `s3`, `states`, `dynamodb`, `secretsmanager`, `ssm`, `ses`. */
  readonly signingName: string;
  /** Answers one request, errors included, in the service's own protocol. */
  handle(request: AwsRequest, response: ServerResponse): Promise<void>;
}

/** Thrown by {@link AwsRequest.gate}; each service renders it in its own protocol (S3: XML 403, JSON services: 400). */
export class AccessDeniedError extends Error {
  override readonly name = 'AccessDeniedError';
  readonly principal: Principal;
  readonly permission: RequiredPermission;

  constructor(principal: Principal, permission: RequiredPermission) {
    super(
      `${principal.roleArn} is not authorized to perform ${permission.action} on ${permission.resource}: ` +
        'no statement of its synthesized policy allows it',
    );
    this.principal = principal;
    this.permission = permission;
  }
}
