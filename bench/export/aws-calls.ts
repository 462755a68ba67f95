import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { environments } from '../../core/contract/env.ts';
import type { LocalCloud } from '../../local/cloud.ts';

/** A call of an AWS API, by a function or task; epoch milliseconds. */
export interface AwsCall {
  /** The workload whose role's key it was signed with. */
  readonly by: string;
  readonly service: string;
  readonly operation: string;
  readonly from: number;
  readonly to: number;
}

interface Exchange {
  readonly request: IncomingMessage;
}

const STARTED = 'http.server.request.start';
const FINISHED = 'http.server.response.finish';

/**
 * Watches what reaches this process's port, by Node's own channels: the local cloud knows nothing of it.
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
export function watchCalls(cloud: Pick<LocalCloud, 'plan' | 'environmentFor'>): () => readonly AwsCall[] {
  const workloads = workloadsByKey(cloud);
  const startedAt = new WeakMap<IncomingMessage, number>();
  const calls: AwsCall[] = [];
  const started = (message: unknown) => {
    startedAt.set((message as Exchange).request, performance.timeOrigin + performance.now());
  };
  const finished = (message: unknown) => {
    const { request } = message as Exchange;
    // Credential=<key>/<date>/<region>/<service>/aws4_request
    const [key = '', , , service = ''] =
      /Credential=([^,]+)/.exec(request.headers.authorization ?? '')?.[1]?.split('/') ?? [];
    const by = workloads.get(key);
    const from = startedAt.get(request);
    if (by === undefined || from === undefined) return;
    const operation = operationOf(request, service);
    calls.push({ by, service, operation, from, to: performance.timeOrigin + performance.now() });
  };
  subscribe(STARTED, started);
  subscribe(FINISHED, finished);
  return () => {
    unsubscribe(STARTED, started);
    unsubscribe(FINISHED, finished);
    return calls.toSorted((a, b) => a.from - b.from);
  };
}

/** The key of each role that a workload has. */
function workloadsByKey({ plan, environmentFor }: Pick<LocalCloud, 'plan' | 'environmentFor'>): Map<string, string> {
  const roles = [
    ...plan.functions.map(({ roleArn, name }) => ({ roleArn, by: workloadOf(name) })),
    ...plan.taskDefinitions.map(({ taskRoleArn }) => ({ roleArn: taskRoleArn, by: 'worker' })),
  ];
  return new Map(roles.map(({ roleArn, by }) => [environmentFor(roleArn).AWS_ACCESS_KEY_ID ?? '', by]));
}

/** A function's name is the path of its construct, whose last part is the workload's, then `Function` and a hash. */
export function workloadOf(functionName: string): string {
  const path = functionName.replace(/Function[0-9A-F]{8}$/, '');
  const pascal = (workload: string) => workload.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
  const fitting = Object.keys(environments).filter((workload) => path.endsWith(pascal(workload)));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? functionName;
}

/** S3 has no names in its requests. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
const s3Operations: Readonly<Record<string, string>> = {
  'POST uploads': 'CreateMultipartUpload',
  'PUT partNumber': 'UploadPart',
  'POST uploadId': 'CompleteMultipartUpload',
  'DELETE uploadId': 'AbortMultipartUpload',
  HEAD: 'HeadObject',
  GET: 'GetObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
};

function operationOf({ method = '', url = '', headers }: IncomingMessage, service: string): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  const query = new URLSearchParams(url.split('?')[1]);
  const aspect = ['uploads', 'partNumber', 'uploadId'].find((name) => query.has(name));
  const call = aspect === undefined ? method : `${method} ${aspect}`;
  return (service === 's3' ? s3Operations[call] : undefined) ?? `${service} ${call}`;
}
