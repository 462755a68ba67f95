import type { Stores } from '../../../../adapters/dynamodb/stores.ts';
import { ACCESS_REQUEST_MS } from '../../../../core/domain/access-request.ts';
import { feedbackId, T0 } from '../../../support/exports.ts';
import { request } from '../../store-contract/asking-for-access.ts';
import { memberOf } from '../../store-contract/managing-members.ts';
import { system } from '../../store-contract/stores-under-test.ts';
import { finished, queued, type Scenario } from './scenario.ts';

const ada = memberOf('ada', 'admin');
const olga = memberOf('olga', 'owner');
const otto = memberOf('otto', 'owner');
/** Two owners, one of whom may go; a third has gone before. */
const owned = async (stores: Stores) => {
  for (const owner of [olga, otto, memberOf('oda', 'owner')]) await stores.memberships.put(owner);
  await stores.memberships.remove('acme', 'oda');
  return queued(stores);
};

const feedback = { id: feedbackId(1), kind: 'other', text: 'words', by: 'mel', at: T0 } as const;
const commentedOn = async (stores: Stores) => {
  const ref = await finished(stores);
  await stores.exports.addFeedback(ref, feedback);
  return ref;
};
const asked = async (stores: Stores) => {
  await stores.accessRequests.open(request);
  return queued(stores);
};

/** Members, and what they ask of their admins. */
export const memberScenarios: readonly Scenario[] = [
  {
    method: 'memberships.put',
    what: 'a new member',
    prepare: queued,
    call: ({ memberships }) => memberships.put(ada),
  },
  {
    method: 'memberships.put',
    what: 'an owner who becomes something else',
    prepare: owned,
    call: ({ memberships }) => memberships.put({ ...olga, role: 'viewer' }),
  },
  {
    method: 'memberships.remove',
    what: 'a member',
    prepare: async (stores) => {
      await stores.memberships.put(ada);
      return queued(stores);
    },
    call: ({ memberships }) => memberships.remove('acme', 'ada'),
  },
  {
    method: 'memberships.remove',
    what: 'an owner',
    prepare: owned,
    call: ({ memberships }) => memberships.remove('acme', 'olga'),
  },
  {
    method: 'memberships.record',
    what: 'an owner',
    prepare: owned,
    call: ({ memberships }) => memberships.record({ ...olga, role: 'viewer' }),
  },
  {
    method: 'exports.addFeedback',
    what: 'the first time',
    prepare: finished,
    call: ({ exports }, ref) => exports.addFeedback(ref, feedback),
  },
  {
    method: 'exports.erase',
    what: 'with feedback',
    prepare: commentedOn,
    call: ({ exports }, ref) => exports.erase(ref, system),
  },
  {
    method: 'feedback.remove',
    what: 'feedback',
    prepare: commentedOn,
    call: (stores) => stores.feedback.remove('acme', feedback.id),
  },
  {
    method: 'accessRequests.open',
    what: 'an access request',
    prepare: queued,
    call: ({ accessRequests }) => accessRequests.open(request),
  },
  {
    method: 'accessRequests.open',
    what: 'an access request, a day after another',
    prepare: asked,
    call: ({ accessRequests }) => accessRequests.open({ ...request, requestedAt: T0 + ACCESS_REQUEST_MS }),
  },
  {
    method: 'accessRequests.beginTelling',
    what: 'one of two',
    prepare: asked,
    call: ({ accessRequests }) => accessRequests.beginTelling(request, 'ada', { claim: 'claim-1', now: T0 }),
  },
  {
    method: 'accessRequests.noteTold',
    what: 'one of two',
    prepare: async (stores) => {
      const ref = await asked(stores);
      await stores.accessRequests.beginTelling(request, 'ada', { claim: 'claim-1', now: T0 });
      return ref;
    },
    call: ({ accessRequests }) =>
      accessRequests.noteTold(request, 'ada', { claim: 'claim-1', state: 'told', now: T0 + 1 }),
  },
  {
    method: 'accessRequests.remove',
    what: 'an access request',
    prepare: asked,
    call: ({ accessRequests }) => accessRequests.remove(request),
  },
  {
    method: 'exports.forgetPerson',
    what: 'who asked',
    prepare: finished,
    call: ({ exports }, ref) => exports.forgetPerson(ref, 'ada', system),
  },
];
