import type { ApiWorkload } from '../../../core/contract/routes.ts';
import { holds, type Permission } from '../../../core/domain/permissions.ts';
import type { SampleUser } from '../../../local/sample-users.ts';
import type { Caller } from './callers.ts';

/** Whose export a request names, as its caller sees it; of what belongs to an account, `own` is the caller's account's. */
export const targets = ['own', 'colleague', 'foreign'] as const;
export type Target = (typeof targets)[number];

/**
 * Who may call a route:
 * - `anybody`: also without a token
 * - `signed-in`: whoever has a token, member or not
 * - `members`: of any role
 * - `parties`: to the export in the path: its requester, and those who may read everybody's
 * - a permission: its holders, for what is their own account's
 */
export type Audience = 'anybody' | 'signed-in' | 'members' | 'parties' | Permission;

/** What a route answers, by its handler. */
export interface Expectation {
  readonly for: Audience;
  /** The answer to those who may. */
  readonly status: number;
  /** For those who hold this permission there is nothing to do, and they are told so. */
  readonly refusedTo?: { readonly holders: Permission; readonly status: number; readonly code: string };
  /** Sent with the request; a function makes it for each caller. */
  readonly body?: object | ((user: SampleUser) => object);
  /** What stands in the path for its parameters, but for the ids of exports and webhook endpoints. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Query, with its question mark. */
  readonly query?: string;
}

/** Every route has a line here: without one the tests do not compile. */
export const expectations: Readonly<Record<ApiWorkload, Expectation>> = {
  'get-api-description': { for: 'anybody', status: 200 },
  'route-not-found': { for: 'signed-in', status: 404 },
  'get-me': { for: 'members', status: 200 },
  'list-members': { for: 'members:manage', status: 200 },
  'put-member': {
    for: 'members:manage',
    status: 201,
    parameters: { userId: 'usr_nia' },
    body: { email: 'nia@example.com', name: 'Nia North', role: 'viewer' },
  },
  'delete-member': { for: 'members:manage', status: 204, parameters: { userId: 'usr_nia' } },
  'list-webhook-endpoints': { for: 'webhooks:manage', status: 200 },
  'create-webhook-endpoint': { for: 'webhooks:manage', status: 201, body: { url: 'https://receiver.example/hook' } },
  'delete-webhook-endpoint': { for: 'webhooks:manage', status: 204 },
  'rotate-webhook-secret': { for: 'webhooks:manage', status: 200 },
  'test-webhook-endpoint': { for: 'webhooks:manage', status: 202 },
  'enable-webhook-endpoint': { for: 'webhooks:manage', status: 200 },
  'list-webhook-deliveries': { for: 'webhooks:manage', status: 200 },
  'list-reports': { for: 'members', status: 200 },
  'get-report': { for: 'reports:orders', status: 200, parameters: { reportId: 'orders' } },
  'request-access': {
    for: 'members',
    status: 202,
    refusedTo: { holders: 'reports:orders', status: 409, code: 'already_permitted' },
    parameters: { reportId: 'orders' },
    body: {},
  },
  'list-choices': {
    for: 'reports:events',
    status: 200,
    parameters: { reportId: 'guest-list', filter: 'event' },
  },
  'create-export': { for: 'reports:orders', status: 202, body: { report: 'orders' } },
  'estimate-export': { for: 'reports:activity-log', status: 200, body: { report: 'activity-log' } },
  'list-exports': { for: 'members', status: 200 },
  'get-export': { for: 'parties', status: 200 },
  'list-export-events': { for: 'parties', status: 200 },
  'get-waybill': { for: 'parties', status: 200 },
  'download-export': { for: 'parties', status: 302 },
  'create-download-link': { for: 'parties', status: 201 },
  // Nobody is told more of a text that is no link.
  'open-download-link': { for: 'members', status: 400, body: { token: 'no link' } },
  'rerun-export': { for: 'parties', status: 202 },
  // All of them are ready: nothing to retry or to cancel, but only parties are told so.
  'retry-export': { for: 'parties', status: 409 },
  'cancel-export': { for: 'parties', status: 409 },
  'send-feedback': { for: 'parties', status: 201, body: { kind: 'missing_columns' } },
  'list-feedback': { for: 'exports:read-all', status: 200 },
  'delete-export': { for: 'parties', status: 204 },
  'resend-notifications': { for: 'parties', status: 202, body: ({ email }) => ({ email }) },
};

/** The answer a caller must get. */
export interface Expected {
  readonly status: number;
  readonly code?: string;
}

/** What the rules of access say, for one cell of the matrix. */
export function expectedOf(expectation: Expectation, caller: Caller, target: Target | undefined): Expected {
  const granted = { status: expectation.status };
  if (expectation.for === 'anybody') return granted;
  if (!caller.signedIn) return { status: 401 };
  if (expectation.for === 'signed-in') return granted;
  if (caller.role === undefined) return { status: 403, code: 'permission_required' };
  const membership = {
    accountId: caller.user.accountId,
    userId: caller.user.id,
    email: '',
    name: '',
    role: caller.role,
  };
  const { refusedTo } = expectation;
  if (refusedTo && holds(membership, refusedTo.holders)) return { status: refusedTo.status, code: refusedTo.code };
  if (expectation.for === 'members') return granted;
  const absent = { status: 404, code: 'not_found' };
  if (expectation.for !== 'parties') {
    if (!holds(membership, expectation.for)) return { status: 403, code: 'permission_required' };
    return target === 'foreign' ? absent : granted;
  }
  const isParty = target === 'own' || (target === 'colleague' && holds(membership, 'exports:read-all'));
  return isParty ? granted : absent;
}
