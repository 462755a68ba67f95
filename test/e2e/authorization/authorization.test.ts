// @module-tag demoted-members

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomIds } from '../../../adapters/ids.ts';
import { randomWebhookIds } from '../../../adapters/webhooks/ids.ts';
import { type ApiRoute, apiRoutes } from '../../../core/contract/routes.ts';
import { type Answer, startTestCloud, type TestCloud } from '../test-cloud.ts';
import { type Caller, callersOf, removedMember } from './callers.ts';
import { type Expected, expectations, expectedOf, type Target, targets } from './expectations.ts';
import { ReadyExports } from './ready-exports.ts';
import { WebhookEndpoints } from './webhook-endpoints.ts';

let cloud: TestCloud;
let readyExports: ReadyExports;
let webhookEndpoints: WebhookEndpoints;
let callers: readonly Caller[];

beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
  readyExports = new ReadyExports(cloud);
  webhookEndpoints = new WebhookEndpoints(cloud);
  await cloud.members.set(removedMember, 'owner');
  await cloud.members.set(removedMember, null);
  callers = await callersOf(cloud);
}, 600_000);
afterAll(async () => {
  readyExports?.stop();
  webhookEndpoints?.stop();
  await cloud?.stop();
});

type Body = { readonly code?: string };

/** @param named what stands for the id of the export or the webhook endpoint in the path */
function request(route: ApiRoute, caller: Caller, named?: string): Promise<Answer<Body>> {
  const { body, query = '', parameters = {} } = expectations[route.workload as keyof typeof expectations];
  const names: Readonly<Record<string, string | undefined>> = { ...parameters, exportId: named, endpointId: named };
  const path = (route.path === '$default' ? '/v1/nothing' : route.path).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = names[name];
    if (value === undefined) throw new Error(`${route.path}: nothing stands for ${name}`);
    return encodeURIComponent(value);
  });
  const method = route.method === 'ANY' ? 'GET' : route.method;
  const sent = typeof body === 'function' ? body(caller.user) : body;
  return cloud.call<Body>('', method, path + query, { token: caller.token, ...(sent && { body: sent }) });
}

/** An export of the caller's own, of somebody else in their account, or of another account. */
function exportFor({ user }: Caller, target: Target) {
  const self = { userId: user.id, email: user.email, name: user.name };
  const colleague = { userId: 'usr_cleo', email: 'cleo@example.com', name: 'Cleo Clark' };
  const otherAccount = user.accountId === 'acme' ? 'globex' : 'acme';
  switch (target) {
    case 'own':
      return readyExports.add(user.accountId, self);
    case 'colleague':
      return readyExports.add(user.accountId, colleague);
    case 'foreign':
      return readyExports.add(otherAccount, colleague);
  }
}

/** Endpoints belong to the account, and so to nobody more than to a colleague. */
function endpointFor({ user }: Caller, target: Target) {
  const otherAccount = user.accountId === 'acme' ? 'globex' : 'acme';
  return webhookEndpoints.add(target === 'foreign' ? otherAccount : user.accountId);
}

const namesExport = (route: ApiRoute) => route.path.includes('{exportId}');
const namesEndpoint = (route: ApiRoute) => route.path.includes('{endpointId}');
const subjectFor = (route: ApiRoute, caller: Caller, target: Target): Promise<string> =>
  namesExport(route) ? exportFor(caller, target) : endpointFor(caller, target);
const absentFor = (route: ApiRoute) => (namesExport(route) ? randomIds.exportId() : randomWebhookIds.endpointId());

function targetsOf(route: ApiRoute): readonly (Target | undefined)[] {
  if (namesExport(route)) return targets;
  return namesEndpoint(route) ? ['own', 'foreign'] : [undefined];
}

const titleOf = (route: ApiRoute) => `${route.method} ${route.path}`;

test('every route that the template declares is in the list that the matrix is made from', () => {
  const declared = cloud.plan.httpApis.flatMap(({ routes }) => routes.map(({ routeKey }) => routeKey));
  const listed = apiRoutes.map((route) => (route.path === '$default' ? '$default' : titleOf(route)));
  expect([...declared].sort()).toEqual([...listed].sort());
});

describe.each(apiRoutes.map((route) => [titleOf(route), route] as const))('%s', (_, route) => {
  test('answers every caller as the rules of access say', async () => {
    const found: Record<string, Expected> = {};
    const expected: Record<string, Expected> = {};
    for (const caller of callers) {
      for (const target of targetsOf(route)) {
        const named = target && (await subjectFor(route, caller, target));
        const { status, body } = await request(route, caller, named);
        const cell = target === undefined ? caller.title : `${caller.title}, ${target} one`;
        expected[cell] = expectedOf(expectations[route.workload], caller, target);
        found[cell] = { status, ...(expected[cell]?.code !== undefined && { code: String(body.code) }) };
      }
    }
    expect(found).toEqual(expected);
  });
});

describe('an export or an endpoint that is not for the caller', () => {
  const routes = apiRoutes.filter((route) => namesExport(route) || namesEndpoint(route));

  test.each(routes.map((route) => [titleOf(route), route] as const))('%s: does not exist', async (_, route) => {
    for (const caller of callers.filter(({ role }) => role !== undefined)) {
      const foreign = await subjectFor(route, caller, 'foreign');
      const absent = absentFor(route);
      const [there, notThere] = [await request(route, caller, foreign), await request(route, caller, absent)];
      expect(comparable(there, foreign)).toEqual(comparable(notThere, absent));
    }
  });
});

test.each([
  ['an export', 'get-export'],
  ['an endpoint', 'list-webhook-deliveries'],
])('the comparison above tells %s that is the caller’s own from an absent one', async (_, workload) => {
  const route = apiRoutes.find((each) => each.workload === workload);
  const owner = callers.find(({ title }) => title === 'owner');
  if (!route || !owner) throw new Error('the route or the caller is missing');
  const own = await subjectFor(route, owner, 'own');
  const absent = absentFor(route);
  const [there, notThere] = [await request(route, owner, own), await request(route, owner, absent)];
  expect(comparable(there, own)).not.toEqual(comparable(notThere, absent));
});

/** An answer without what differs between any two: ids and times. */
function comparable({ status, headers, body }: Answer<Body>, id: string) {
  const { date: _, ...rest } = Object.fromEntries(headers);
  const withoutIds = { ...rest, 'apigw-requestid': 'ID' };
  const text = JSON.stringify(body)
    .replaceAll(id, 'ID')
    .replace(/"requestId":"[^"]+"/, '"requestId":"ID"');
  return { status, headers: withoutIds, text };
}
