import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { RolloutFlags } from '../../core/domain/rollout-flags.ts';
import { type LocalCloud, type LocalCloudOptions, startLocalCloud } from '../../local/cloud.ts';
import { sampleUserNamed } from '../../local/sample-users.ts';
import { operatorConfig } from './operator.ts';
import { recordPermissionUse } from './permission-use.ts';

/** An answer of the API, read whole. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** How often a test looks at an export. */
const POLL_MS = 100;

/** Longer than a warm function believes the rollout flags that it has read. */
const FLAGS_KEPT_SECONDS = 11;

/** How long a test's tokens last. */
const TOKEN_SECONDS = 86_400;

/** A local cloud of a test's own, with its state in a temporary directory, and a client for its API. */
export interface TestCloud extends LocalCloud {
  /** Calls the API as a sample user; `token: null` sends none. */
  call<Body>(user: string, method: string, path: string, options?: CallOptions): Promise<Answer<Body>>;
  create<Body = ExportView>(user: string, request: object, headers?: Record<string, string>): Promise<Answer<Body>>;
  /** Looks at an export until it has ended; `each` sees every look. */
  ended(user: string, id: string, each?: (view: ExportView) => void): Promise<ExportView>;
  /** The file behind an export's download, by way of the redirect. @param part which of several */
  download(user: string, id: string, part?: number): Promise<Buffer>;
  /** Switches the rollout flags, those that are not named on; a warm function knows seconds later. */
  writeFlags(flags: Partial<RolloutFlags>): Promise<void>;
  /** Switches the rollout flags, those that are not named on, and moves time on until every function knows. */
  setFlags(flags: Partial<RolloutFlags>): Promise<void>;
  /** Every line that functions, tasks and databases have printed so far. */
  readonly output: readonly string[];
}

export interface CallOptions {
  readonly body?: unknown;
  /** Sent instead of the JSON of `body`. */
  readonly rawBody?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly token?: string | null;
}

export interface TestCloudOptions extends Pick<LocalCloudOptions, 'changeTemplate'> {
  /** The repository. @default this one */
  readonly root?: string;
  /** @default 2,000 */
  readonly acmeOrders?: number;
  /** @default 1,000 */
  readonly globexOrders?: number;
  /** Whether what its roles do is what the synthesized ones do. @default true, unless the template is changed */
  readonly recordsPermissions?: boolean;
}

export async function startTestCloud(options: TestCloudOptions = {}): Promise<TestCloud> {
  const home = mkdtempSync(join(tmpdir(), 'waybill-e2e-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(home, 0o755);
  const output: string[] = [];
  const cloud = await startLocalCloud({
    root: options.root ?? resolve('.'),
    home,
    port: 0,
    log: (source, line) => output.push(`${source} | ${line}`),
    progress: () => {},
    ...(options.changeTemplate && { changeTemplate: options.changeTemplate }),
    orders: { acme: options.acmeOrders ?? 2_000, globex: options.globexOrders ?? 1_000 },
  });
  const tokens = new Map<string, Promise<string>>();

  function tokenOf(userName: string): Promise<string> {
    const user = sampleUserNamed(userName);
    // A new one every half day of the cloud's time, which tests move.
    const name = `${userName} ${Math.floor(cloud.clock.now() / (TOKEN_SECONDS * 500))}`;
    const token = tokens.get(name) ?? cloud.issueToken(user, { expiresInSeconds: TOKEN_SECONDS });
    tokens.set(name, token);
    return token;
  }

  const call: TestCloud['call'] = async <Body>(
    user: string,
    method: string,
    path: string,
    options: CallOptions = {},
  ) => {
    const token = options.token === undefined ? await tokenOf(user) : options.token;
    const body = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    const response = await fetch(cloud.origin + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(body !== undefined && { body: new Uint8Array(Buffer.from(body)) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
  };

  const writeFlags = async (flags: Partial<RolloutFlags>) => {
    const client = new SSMClient(operatorConfig(cloud));
    const Value = JSON.stringify({ acceptExports: true, runWorkers: true, allowDownloads: true, ...flags });
    await client.send(new PutParameterCommand({ Name: cloud.plan.parameters[0]?.name, Value, Overwrite: true }));
    client.destroy();
  };

  return {
    ...cloud,
    output,
    call,
    create: (user, request, headers = {}) => call(user, 'POST', '/v1/exports', { body: request, headers }),
    async ended(user, id, each = () => {}) {
      for (;;) {
        const { status, body } = await call<ExportView>(user, 'GET', `/v1/exports/${id}`);
        if (status !== 200) throw new Error(`GET ${id}: ${status} ${JSON.stringify(body)}`);
        each(body);
        if (body.status !== 'queued' && body.status !== 'running') return body;
        await sleep(POLL_MS);
      }
    },
    async download(user, id, part) {
      const query = part === undefined ? '' : `?part=${part}`;
      const redirect = await call(user, 'GET', `/v1/exports/${id}/download${query}`);
      const location = redirect.headers.get('location');
      if (redirect.status !== 302 || location === null) throw new Error(`download: ${JSON.stringify(redirect)}`);
      const response = await fetch(location);
      if (!response.ok) throw new Error(`download: ${response.status} ${await response.text()}`);
      return Buffer.from(await response.arrayBuffer());
    },
    writeFlags,
    async setFlags(flags) {
      await writeFlags(flags);
      await cloud.advance(FLAGS_KEPT_SECONDS);
    },
    async stop() {
      await cloud.stop();
      if (options.recordsPermissions ?? options.changeTemplate === undefined)
        recordPermissionUse(cloud.authorizer.usage());
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
