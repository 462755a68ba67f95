// @module-tag lost-replies
// @module-tag measured-once
// @module-tag broken-sender

import { expect, it } from 'vitest';
import { storesOn } from '../../../../adapters/dynamodb/stores.ts';
import { Table } from '../../../../adapters/dynamodb/table.ts';
import { testClient } from '../../../support/dynoxide.ts';
import { exportScenarios } from './export-scenarios.ts';
import { memberScenarios } from './member-scenarios.ts';
import { notificationScenarios } from './notification-scenarios.ts';
import { queueScenarios } from './queue-scenarios.ts';
import type { Method } from './scenario.ts';
import { webhookScenarios } from './webhook-scenarios.ts';

const scenarios = [
  ...exportScenarios,
  ...notificationScenarios,
  ...queueScenarios,
  ...memberScenarios,
  ...webhookScenarios,
];

const reads: readonly Method[] = [
  'exports.replay',
  'exports.get',
  'exports.getWithAttempt',
  'exports.list',
  'exports.getMany',
  'exports.events',
  'exports.everyOf',
  'exports.due',
  'admissions.readQueue',
  'admissions.waiting',
  'admissions.taskToken',
  'admissions.countWaiting',
  'admissions.lastWatch',
  'admissions.queuePositions',
  'memberships.find',
  'memberships.list',
  'feedback.list',
  'feedback.by',
  'accessRequests.by',
  'mailAddresses.undeliverable',
  'webhooks.find',
  'webhooks.list',
  'webhooks.noticesDue',
  'webhooks.deliveries',
  'webhooks.triesDue',
];

/** Writes that answer something else after a lost reply, on purpose, and are tested as that. */
const others: readonly Method[] = ['webhooks.claim'];

// No call is made: what counts is which methods there are.
const stores = Object.entries(storesOn(new Table(testClient('http://nowhere.invalid'), 'none')));

it('covers every method that writes', () => {
  const methods = stores.flatMap(([name, store]) => Object.keys(store).map((method) => `${name}.${method}`));
  const covered = new Set(scenarios.map(({ method }) => method));
  expect([...covered, ...reads, ...others].sort()).toEqual(methods.sort());
});

it.each(stores)('sees the methods of %s', (_, store) => {
  // Those of a class would be out of sight.
  expect(Object.keys(store)).not.toEqual([]);
});
