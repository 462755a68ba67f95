import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { MemberChange } from '../../core/ports/memberships.ts';
import type { LocalClock } from '../clock.ts';
import { type FaultSettings, faultSettings } from '../faults/fault-rule.ts';
import { type OpsOptions, opsView } from '../ops/ops-view.ts';
import { sendOpsPage } from '../ops/send-ops-page.ts';
import { findSampleUser, type SampleRole, type SampleUser } from '../sample-users.ts';
import type { Mailbox } from '../ses/mailbox.ts';
import { sendMailPage } from './mail-page.ts';
import { Problem, problemBody } from './problem.ts';

export interface ControlOptions {
  readonly issueToken: (user: SampleUser, options: { expiresInSeconds: number }) => Promise<string>;
  readonly clock: LocalClock;
  /** Moves time forward, and lets happen what happens with time. */
  readonly advance: (seconds: number) => Promise<void>;
  /** Changes what a user may do in their account; null ends the membership. */
  readonly setMembership: (user: SampleUser, role: SampleRole | null) => Promise<MemberChange>;
  readonly faults: { set(settings: FaultSettings): Promise<void>; report(): object };
  readonly mailbox: Pick<Mailbox, 'list' | 'find'>;
  /** What `GET /local/ops` shows. */
  readonly ops: OpsOptions;
  /** What `GET /local/info` tells. */
  readonly info: () => object;
}

export interface Control {
  /** Answers what is below `/local/`. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** Longer than any file is kept. */
const MAX_ADVANCE_SECONDS = 400 * 86_400;

const userSchema = z.string().transform((userName, context): SampleUser => {
  const user = findSampleUser(userName);
  if (user !== undefined) return user;
  context.addIssue({ code: 'custom', message: `There is no sample user ${userName}` });
  return z.NEVER;
});

const tokenSchema = z.strictObject({ user: userSchema, expiresInSeconds: z.int().default(3600) });
const clockSchema = z.strictObject({ advanceSeconds: z.number().positive().max(MAX_ADVANCE_SECONDS) });
const roles = ['viewer', 'member', 'admin', 'owner'] as const satisfies readonly SampleRole[];
const memberSchema = z.strictObject({ user: userSchema, role: z.enum(roles).nullable() });

type Operation = (request: IncomingMessage, query: URLSearchParams) => Promise<object>;

/** What the local cloud has beside the deployed API: tokens without a sign-in, time, memberships, faults, mail, addresses. */
export function createControl(options: ControlOptions): Control {
  const { clock } = options;
  const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
    '/local/token': {
      POST: async (request) => {
        const { user, expiresInSeconds } = await readJson(request, tokenSchema);
        const token = await options.issueToken(user, { expiresInSeconds });
        return { access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds };
      },
    },
    '/local/clock': {
      POST: async (request) => {
        const { advanceSeconds } = await readJson(request, clockSchema);
        await options.advance(advanceSeconds);
        return { now: new Date(clock.now()).toISOString(), aheadSeconds: clock.offsetMs / 1000 };
      },
    },
    '/local/members': {
      POST: async (request) => {
        const { user, role } = await readJson(request, memberSchema);
        const { kind } = await options.setMembership(user, role);
        if (kind === 'last_owner') throw new Problem(409, `${user.userName} is the only owner of ${user.accountId}`);
        return { user: user.userName, accountId: user.accountId, role };
      },
    },
    '/local/faults': {
      GET: async () => options.faults.report(),
      POST: async (request) => {
        await options.faults.set(await readJson(request, faultSettings));
        return options.faults.report();
      },
    },
    '/local/mail': {
      // A plus sign in a query stands for a space, but in an address there is no space it could stand for.
      GET: async (_, query) => options.mailbox.list(query.get('to')?.replaceAll(' ', '+')),
    },
    '/local/ops.json': { GET: async () => opsView(options.ops) },
    '/local/info': { GET: async () => options.info() },
  };

  /** The mail that `/local/mail/{id}` shows as a page. */
  const mailAt = (path: string) => options.mailbox.find(/^\/local\/mail\/([^/]+)$/.exec(path)?.[1] ?? '');

  async function run(request: IncomingMessage, path: string, query: URLSearchParams): Promise<object> {
    const methods = operations[path];
    if (methods === undefined) throw new Problem(404, `There is no ${path}`);
    const operation = methods[request.method ?? ''];
    if (operation === undefined) throw new Problem(405, `${path} does not take ${request.method}`);
    return operation(request, query);
  }

  return {
    async handle(request, response) {
      const [path = '/', query] = (request.url ?? '/').split('?');
      if (path !== '/local' && !path.startsWith('/local/')) return false;
      try {
        refuseForeign(request);
        const mail = request.method === 'GET' ? mailAt(path) : undefined;
        if (mail !== undefined) sendMailPage(response, mail);
        else if (request.method === 'GET' && path === '/local/ops') sendOpsPage(response, options.ops);
        else sendJson(response, 200, 'application/json', await run(request, path, new URLSearchParams(query)));
      } catch (error) {
        const problem = error instanceof Problem ? error : new Problem(500, String(error));
        if (problem.status === 405) response.setHeader('allow', Object.keys(operations[path] ?? {}).join(', '));
        sendJson(response, problem.status, 'application/problem+json', problemBody(problem));
      }
      return true;
    },
  };
}

/**
 * Keeps web pages of other sites out: a browser on this machine would carry their requests here.
 * @throws Problem
 */
function refuseForeign({ headers }: IncomingMessage): void {
  if (!isLoopback(`http://${headers.host}`)) throw new Problem(403, `Not for the host ${headers.host}`);
  if (headers.origin !== undefined && !isLoopback(headers.origin)) {
    throw new Problem(403, `Not for pages of ${headers.origin}`);
  }
}

function isLoopback(origin: string): boolean {
  return URL.canParse(origin) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(origin).hostname);
}

async function readJson<Schema extends z.ZodType>(request: IncomingMessage, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(parseJson(await text(request)));
  if (parsed.success) return parsed.data;
  const violations = parsed.error.issues.map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part)}`).join(''),
    message,
  }));
  throw new Problem(422, 'The body is not valid', violations);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Problem(400, 'The body is not JSON');
  }
}

function sendJson(response: ServerResponse, status: number, contentType: string, body: object): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(JSON.stringify(body));
}
