import { Agent, request } from 'node:http';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

type Json = Record<string, unknown>;

/**
 * Sends the document client's commands to a local DynamoDB without the SDK's middleware, which takes ten times the
 * processor time of the table itself: for proofs of a million calls. It neither signs nor repeats.
 */
export function leanClient(endpoint: string): DynamoDBDocumentClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = async (command: { constructor: { name: string }; input: Json }) => {
    const operation = operations[command.constructor.name];
    if (!operation) throw new Error(`no ${command.constructor.name} here`);
    const { status, body } = await post(agent, endpoint, operation, JSON.stringify(mapped(command.input, toStored)));
    const answer = JSON.parse(body) as Json;
    if (status !== 200) throw errorOf(answer);
    return mapped(answer, fromStored);
  };
  return { send, destroy: () => agent.destroy() } as unknown as DynamoDBDocumentClient;
}

const operations: Readonly<Record<string, string>> = {
  GetCommand: 'GetItem',
  BatchGetCommand: 'BatchGetItem',
  QueryCommand: 'Query',
  UpdateCommand: 'UpdateItem',
  TransactWriteCommand: 'TransactWriteItems',
};

/** Members that hold one item, and members that hold several. */
const singles = ['Item', 'Key', 'Attributes', 'ExpressionAttributeValues', 'ExclusiveStartKey', 'LastEvaluatedKey'];
const lists = ['Items', 'Keys'];

const toStored = (item: Json): Json => marshall(item, { removeUndefinedValues: true });
const fromStored = (item: Json): Json => unmarshall(item as Parameters<typeof unmarshall>[0]);

function mapped(value: unknown, convert: (item: Json) => Json, member = ''): unknown {
  if (Array.isArray(value)) {
    const areItems = lists.includes(member);
    return value.map((each) => (areItems ? convert(each as Json) : mapped(each, convert)));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (singles.includes(member)) return convert(value as Json);
  // The lists in `Responses` are named by table.
  const inner = (name: string) => (member === 'Responses' ? 'Items' : name);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapped(each, convert, inner(name))]));
}

function post(
  agent: Agent,
  endpoint: string,
  operation: string,
  payload: string,
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(endpoint, {
      agent,
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'content-length': Buffer.byteLength(payload),
        authorization:
          'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
        'x-amz-date': '20260101T000000Z',
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      let body = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        body += chunk;
      });
      incoming.once('end', () => resolve({ status: incoming.statusCode, body }));
      incoming.once('error', reject);
    });
    outgoing.end(payload);
  });
}

function errorOf(answer: Json): Error {
  const name = String(answer.__type).split('#').at(-1);
  const message = String(answer.message ?? answer.Message);
  if (name === 'ConditionalCheckFailedException')
    return new ConditionalCheckFailedException({ message, $metadata: {} });
  if (name !== 'TransactionCanceledException') return new Error(`${name}: ${message}`);
  const CancellationReasons = answer.CancellationReasons as { Code: string }[];
  return new TransactionCanceledException({ message, $metadata: {}, CancellationReasons });
}
