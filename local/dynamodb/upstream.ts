import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { readBody } from '../aws-endpoint/read-body.ts';

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Both dynoxide and DynamoDB Local want a signature and never check it. */
const UNCHECKED_SIGNATURE = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=waybill/20000101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20000101T000000Z',
};

/** An error that the database answered with. */
export class DynamoDbError extends Error {
  override readonly name = 'DynamoDbError';
  /** e.g. `ResourceNotFoundException` */
  readonly code: string;

  constructor(operation: string, code: string, message: string) {
    super(`${operation}: ${message} (${code})`);
    this.code = code;
  }
}

/** The database behind the local DynamoDB. */
export class Upstream {
  readonly #endpoint: URL;
  readonly #request: typeof http.request;
  readonly #agent: http.Agent;

  constructor(endpoint: URL) {
    this.#endpoint = endpoint;
    const isSecure = endpoint.protocol === 'https:';
    this.#request = isSecure ? https.request : http.request;
    this.#agent = new (isSecure ? https : http).Agent({ keepAlive: true });
  }

  /** Sends one request as it is and gives back the unread answer. */
  forward(operation: string, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = {
        ...UNCHECKED_SIGNATURE,
        'content-type': 'application/x-amz-json-1.0',
        'content-length': body.length,
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      };
      this.#request(this.#endpoint, { method: 'POST', agent: this.#agent, headers }, resolve)
        .once('error', reject)
        .end(body);
    });
  }

  /**
   * Calls an operation.
   * @throws DynamoDbError
   */
  async call(operation: string, input: object): Promise<unknown> {
    const answer = await this.forward(operation, Buffer.from(JSON.stringify(input)));
    const document = JSON.parse((await readBody(answer, MAX_ANSWER_BYTES)).toString('utf8'));
    if (answer.statusCode === 200) return document;
    const type = String(document.__type);
    throw new DynamoDbError(operation, type.slice(type.indexOf('#') + 1), document.message ?? document.Message);
  }

  close(): void {
    this.#agent.destroy();
  }
}
