// @module-tag mail-events

import { describe, expect, test } from 'vitest';
import { afterMailEvent, type MailEvent, undeliverableReason } from '../../../core/domain/mail-event.ts';
import type { Notification, NotificationState } from '../../../core/domain/notification.ts';
import { T0 } from '../../support/exports.ts';

const mail: Notification = {
  id: 'mail-1',
  userId: 'val',
  email: 'val@acme.test',
  kind: 'ready',
  state: 'sending',
  askedAt: T0,
  at: T0,
  tries: 1,
};

/** The state after events in this order. */
function stateAfter(...events: readonly MailEvent[]): NotificationState {
  return events.reduce((known, event) => afterMailEvent(known, event, T0 + 1) ?? known, mail).state;
}

describe('what a mail service tells', () => {
  test.each<[MailEvent[], NotificationState]>([
    [['accepted'], 'sent'],
    [['accepted', 'delivered'], 'delivered'],
    [['accepted', 'delayed'], 'delayed'],
    [['delayed', 'delivered'], 'delivered'],
    [['bounced'], 'bounced'],
    [['suppressed'], 'suppressed'],
    [['rejected'], 'refused'],
    [['delivered', 'complained'], 'complained'],
    // The receiving server may take a mail and send it back later.
    [['delivered', 'bounced'], 'bounced'],
    [['accepted', 'bounced_once'], 'bounced'],
  ])('%j leads to %s', (events, state) => expect(stateAfter(...events)).toBe(state));

  test.each<[MailEvent[], NotificationState]>([
    [['delivered', 'accepted'], 'delivered'],
    [['delivered', 'delayed'], 'delivered'],
    [['bounced', 'delivered'], 'bounced'],
    [['complained', 'delivered'], 'complained'],
    [['complained', 'bounced'], 'complained'],
    // Out of office: the mail was delivered, and answered by itself.
    [['delivered', 'bounced_once'], 'delivered'],
  ])('%j, in the wrong order, leads to %s', (events, state) => expect(stateAfter(...events)).toBe(state));

  test('a second time changes nothing', () => {
    const delivered = afterMailEvent(mail, 'delivered', T0 + 5);
    expect(delivered).toMatchObject({ state: 'delivered', at: T0 + 5 });
    expect(delivered && afterMailEvent(delivered, 'delivered', T0 + 9)).toBeUndefined();
  });

  test('keeps mail from an address only for good reasons', () => {
    const reasons = (['accepted', 'delayed', 'delivered', 'bounced_once', 'rejected'] as const).map(
      undeliverableReason,
    );
    expect(new Set(reasons)).toEqual(new Set([undefined]));
    expect((['bounced', 'suppressed', 'complained'] as const).map(undeliverableReason)).toEqual([
      'bounced',
      'bounced',
      'complained',
    ]);
  });
});
