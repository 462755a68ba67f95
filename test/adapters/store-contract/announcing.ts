import { describe, expect, it } from 'vitest';
import { statuses } from '../../../core/domain/lifecycle.ts';
import type { MailEvent } from '../../../core/domain/mail-event.ts';
import { DAY, newExport, refOf, requester, T0 } from '../../support/exports.ts';
import {
  cancelled,
  createIn,
  createRunning,
  eventTypes,
  failed,
  type OpenStores,
  ready,
  recordOf,
  system,
} from './stores-under-test.ts';

const NOW = T0 + 100;
const MINUTE = 60_000;
const ada = { userId: 'ada', email: 'ada@acme.test' };
const mel = { userId: 'mel', email: 'mel@acme.test' };
const ben = { userId: 'ben', email: 'ben@acme.test' };
const unknown = refOf(newExport(99));

export function announcing(open: OpenStores): void {
  /** Ready at T0 + 1, for ada who requested it and for mel. */
  async function openWithReady() {
    const stores = await open();
    const ref = await createRunning(stores, 1, { notify: [mel] });
    await stores.exports.end(ref, ready, { kind: 'claim', claim: 'claim-1' }, { by: 'worker', at: T0 + 1 });
    return { stores, ref, exports: stores.exports };
  }

  describe('an announcement', () => {
    it('is due from the ending until everybody has a mail, and only then comes what is due next', async () => {
      const { exports, ref } = await openWithReady();
      expect(await exports.due('announce', T0, 9)).toEqual([]);
      expect(await exports.due('announce', T0 + 1, 9)).toEqual([ref]);
      expect(await exports.due('expiry', ready.expiresAt, 9)).toEqual([]);
      await exports.beginSending(ref, ada, 'n1', NOW);
      await exports.noteSent(ref, 'n1', 'm1', NOW + 1);
      expect(await exports.due('announce', NOW, 9)).toEqual([ref]);
      await exports.beginSending(ref, mel, 'n2', NOW + 2);
      expect(await exports.due('announce', NOW + 1, 9)).toEqual([]);
      expect(await exports.due('announce', NOW + 2, 9)).toEqual([ref]);
      await exports.noteRefused(ref, 'n2', NOW + 3);
      expect(await exports.due('announce', NOW + DAY, 9)).toEqual([]);
      expect(await exports.due('expiry', ready.expiresAt, 9)).toEqual([ref]);
    });

    it('is due for every ending, also where nobody is to have a mail', async () => {
      const stores = await open();
      const endings = [ready, failed, cancelled];
      for (const [index, ending] of endings.entries()) {
        const ref = await createRunning(stores, index, { notifyRequester: ending === cancelled });
        await stores.exports.end(ref, ending, { kind: 'claim', claim: 'claim-1' }, { by: 'worker', at: T0 + 1 });
        expect(await stores.exports.due('announce', T0 + DAY, 9)).toEqual([ref]);
        expect(await stores.exports.closeAnnouncement(ref, T0 + 2)).toBe('announced');
        expect(await recordOf(stores, ref)).toMatchObject({ announced: ending.to });
        expect(await stores.exports.due('announce', T0 + DAY, 9)).toEqual([]);
      }
      const expired = await createIn(stores, 'expired', 5);
      expect(await stores.exports.due('announce', T0 + DAY, 9)).toEqual([expired]);
      await stores.exports.closeAnnouncement(expired, T0 + DAY);
      expect(await recordOf(stores, expired)).toMatchObject({ announced: 'expired' });
    });

    it('may be closed over people who have no mail, but not over a mail that is being sent', async () => {
      const { exports, stores, ref } = await openWithReady();
      await exports.beginSending(ref, ada, 'n1', NOW);
      expect(await exports.closeAnnouncement(ref, NOW)).toBe('pending');
      expect(await recordOf(stores, ref)).not.toHaveProperty('announced');
      await exports.noteSent(ref, 'n1', 'm1', NOW);
      expect(await exports.closeAnnouncement(ref, NOW)).toBe('announced');
      expect(await exports.closeAnnouncement(ref, NOW)).toBe('announced');
      expect(await recordOf(stores, ref)).toMatchObject({ announced: 'ready' });
      expect((await eventTypes(stores, ref)).filter((type) => type === 'announced')).toHaveLength(1);
    });

    it('ends with the file: what is being sent then counts as refused', async () => {
      const { exports, stores, ref } = await openWithReady();
      await exports.beginSending(ref, ada, 'n1', NOW);
      expect(await exports.closeAnnouncement(ref, ready.expiresAt)).toBe('announced');
      expect(await recordOf(stores, ref)).toMatchObject({ announced: 'ready', notifications: [{ state: 'refused' }] });
    });
  });

  describe('a mail', () => {
    it('is taken on by one of many, in one line of the timeline', async () => {
      const { exports, stores, ref } = await openWithReady();
      const tries = Array.from({ length: 6 }, (_, n) => exports.beginSending(ref, ada, `n${n}`, NOW));
      const outcomes = await Promise.all(tries);
      const [begun, ...others] = outcomes.filter(({ kind }) => kind === 'begun');
      expect(others).toEqual([]);
      expect(outcomes.filter(({ kind }) => kind === 'busy')).toHaveLength(5);
      const { notifications } = await recordOf(stores, ref);
      const notification = { ...ada, kind: 'ready', state: 'sending', askedAt: NOW, at: NOW, tries: 1 };
      expect(notifications).toEqual([{ id: expect.stringMatching(/^n\d$/), ...notification }]);
      expect(begun).toEqual({ kind: 'begun', notification: notifications?.[0] });
      const event = (await exports.events(ref.exportId)).at(-1);
      expect(event).toMatchObject({
        type: 'mail_sending',
        by: 'system',
        details: { to: 'ada', kind: 'ready', tries: 1 },
      });
      expect(JSON.stringify(event)).not.toContain('@');
    });

    it('is taken on again once a claim is over, each time for longer', async () => {
      const { exports, ref } = await openWithReady();
      let at = NOW;
      for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
        expect(await exports.beginSending(ref, ada, 'n1', at)).toMatchObject({ kind: 'begun' });
        at += minutes * MINUTE;
        expect(await exports.beginSending(ref, ada, 'n1', at - 1)).toEqual({ kind: 'busy' });
        expect(await exports.due('announce', at - MINUTE - 1, 9)).toEqual([]);
        expect(await exports.due('announce', at - MINUTE, 9)).toEqual([ref]);
      }
    });

    it('is given up a day after it was to be sent', async () => {
      const { exports, stores, ref } = await openWithReady();
      await exports.beginSending(ref, ada, 'n1', NOW);
      expect(await exports.beginSending(ref, ada, 'n1', NOW + DAY - 1)).toMatchObject({ kind: 'begun' });
      expect(await exports.beginSending(ref, ada, 'n1', NOW + 2 * DAY)).toEqual({ kind: 'settled' });
      expect(await recordOf(stores, ref)).toMatchObject({ notifications: [{ state: 'refused', tries: 2 }] });
    });

    it('is a new one at a new address', async () => {
      const { exports, stores, ref } = await openWithReady();
      await exports.beginSending(ref, ada, 'n1', NOW);
      await exports.beginSending(ref, { ...ada, email: 'new@acme.test' }, 'n2', NOW + MINUTE);
      await exports.noteMailEvent(ref, 'n1', 'bounced', NOW + MINUTE);
      const known = { id: 'n2', email: 'new@acme.test', state: 'sending', tries: 1 };
      expect(await recordOf(stores, ref)).toMatchObject({ notifications: [known] });
    });

    it.each(statuses.filter((status) => status !== 'ready' && status !== 'failed'))(
      'is never begun for a %s export',
      async (status) => {
        const stores = await open();
        const ref = await createIn(stores, status, 1);
        const before = await recordOf(stores, ref);
        for (const each of [ref, unknown]) {
          expect(await stores.exports.beginSending(each, ada, 'n1', NOW)).toEqual({ kind: 'settled' });
          await stores.exports.passOver(each, ada, 'suppressed', 'n1', NOW);
          await stores.exports.askForMails(each, [mel], () => 'n2', system);
        }
        expect(await recordOf(stores, ref)).toEqual(before);
      },
    );

    it('is noted as sent once, and not over what is known already', async () => {
      const { exports, stores, ref } = await openWithReady();
      await exports.beginSending(ref, ada, 'n1', NOW);
      await exports.noteMailEvent(ref, 'n1', 'delivered', NOW + 1);
      await exports.noteSent(ref, 'n1', 'm1', NOW + 2);
      await exports.noteRefused(ref, 'n1', NOW + 3);
      expect(await recordOf(stores, ref)).toMatchObject({ notifications: [{ state: 'delivered', at: NOW + 1 }] });
      expect(await exports.beginSending(ref, ada, 'n9', NOW + DAY)).toEqual({ kind: 'settled' });
    });

    it('ignores events of mails it does not know, and repeated ones', async () => {
      const { exports, stores, ref } = await openWithReady();
      await exports.beginSending(ref, ada, 'n1', NOW);
      await exports.noteSent(ref, 'n1', 'm1', NOW);
      const events: readonly MailEvent[] = ['delivered', 'bounced', 'complained'];
      for (const event of events) await exports.noteMailEvent(ref, 'other', event, NOW);
      for (const event of events) await exports.noteMailEvent(unknown, 'n1', event, NOW);
      for (let times = 0; times < 3; times += 1) await exports.noteMailEvent(ref, 'n1', 'delivered', NOW + times);
      expect(await recordOf(stores, ref)).toMatchObject({
        notifications: [{ state: 'delivered', at: NOW, messageId: 'm1' }],
      });
      expect((await eventTypes(stores, ref)).slice(-3)).toEqual(['mail_sending', 'mail_sent', 'mail_delivered']);
    });

    it('is not written to an address that takes none, nor to who is gone', async () => {
      const { exports, stores, ref } = await openWithReady();
      await exports.passOver(ref, { userId: 'mel' }, 'gone', 'n1', NOW);
      expect(await recordOf(stores, ref)).not.toHaveProperty('notifications');
      await exports.passOver(ref, ada, 'suppressed', 'n2', NOW);
      await exports.beginSending(ref, mel, 'n3', NOW);
      await exports.passOver(ref, { userId: 'mel' }, 'gone', 'n4', NOW + 1);
      expect(await recordOf(stores, ref)).toMatchObject({
        notifications: [{ state: 'suppressed' }, { state: 'sending' }],
      });
      await exports.passOver(ref, { userId: 'mel' }, 'gone', 'n5', NOW + MINUTE);
      expect(await recordOf(stores, ref)).toMatchObject({
        announced: 'ready',
        notifications: [{}, { state: 'refused' }],
      });
    });
  });

  describe('a mail that is asked for', () => {
    const actor = { by: 'ada', at: NOW + MINUTE };

    async function openWithAnnounced() {
      const opened = await openWithReady();
      for (const person of [ada, mel]) {
        await opened.exports.beginSending(opened.ref, person, person.userId, NOW);
        await opened.exports.noteSent(opened.ref, person.userId, 'm', NOW);
      }
      await opened.exports.noteMailEvent(opened.ref, 'mel', 'bounced', NOW);
      return opened;
    }

    it('is due anew, and a new one', async () => {
      const { exports, stores, ref } = await openWithAnnounced();
      const corrected = { userId: 'mel', email: 'mel@new.test' };
      await exports.askForMails(ref, [corrected], () => 'n5', actor);
      expect(await exports.due('announce', actor.at, 9)).toEqual([ref]);
      const record = await recordOf(stores, ref);
      expect(record.notify).toEqual([corrected]);
      const asked = {
        id: 'n5',
        ...corrected,
        kind: 'ready',
        state: 'sending',
        askedAt: actor.at,
        at: actor.at,
        tries: 0,
      };
      expect(record.notifications?.[1]).toEqual(asked);
      await exports.noteMailEvent(ref, 'mel', 'complained', actor.at);
      expect((await recordOf(stores, ref)).notifications?.[1]).toEqual(asked);
      const begun = await exports.beginSending(ref, corrected, 'n6', actor.at);
      expect(begun).toMatchObject({ kind: 'begun', notification: { id: 'n5', tries: 1 } });
      await exports.noteSent(ref, 'n5', 'm2', actor.at);
      expect(await exports.due('announce', actor.at + DAY, 9)).toEqual([]);
    });

    it('makes a recipient of whoever was none; the requester is one anyway', async () => {
      const { exports, stores, ref } = await openWithAnnounced();
      await exports.askForMails(ref, [ben, ada], () => 'new', actor);
      const record = await recordOf(stores, ref);
      expect(record.notify).toEqual([mel, ben]);
      expect(record.notifications?.map(({ userId, state }) => `${userId} ${state}`)).toEqual([
        'mel bounced',
        'ben sending',
        'ada sending',
      ]);
      const event = (await exports.events(ref.exportId)).at(-1);
      expect(event).toMatchObject({ type: 'mail_asked_for', by: 'ada', details: { to: 'ben ada' } });
    });

    it('is not asked for twice within a minute', async () => {
      const { exports, stores, ref } = await openWithAnnounced();
      await exports.askForMails(ref, [ada], () => 'n5', { by: 'ada', at: NOW + MINUTE - 1 });
      expect(await recordOf(stores, ref)).toMatchObject({ announced: 'ready', notifications: [{ id: 'ada' }, {}] });
      for (const id of ['n6', 'n7']) await exports.askForMails(ref, [ada], () => id, actor);
      expect((await recordOf(stores, ref)).notifications?.map(({ id }) => id)).toEqual(['mel', 'n6']);
    });
  });

  describe('erasing', () => {
    it('removes recipients and mails, and nothing is told any more', async () => {
      const { exports, stores, ref } = await openWithReady();
      await exports.beginSending(ref, ada, 'n1', NOW);
      await exports.erase(ref, system);
      const record = await recordOf(stores, ref);
      expect(record).not.toHaveProperty('notifications');
      expect(record.notify).toEqual([]);
      expect(await exports.due('announce', NOW + DAY, 9)).toEqual([]);
      expect(await exports.beginSending(ref, mel, 'n2', NOW)).toEqual({ kind: 'settled' });
      await exports.noteMailEvent(ref, 'n1', 'delivered', NOW);
      expect(await recordOf(stores, ref)).toEqual(record);
    });
  });

  describe('addresses', () => {
    it('are avoided for 14 days, whatever their case', async () => {
      const { mailAddresses } = await open();
      const why = { reason: 'bounced', at: NOW } as const;
      expect(await mailAddresses.undeliverable('Ada#1@acme.test', NOW)).toBeUndefined();
      await mailAddresses.markUndeliverable('Ada#1@acme.test', why);
      expect(await mailAddresses.undeliverable('ada#1@ACME.test', NOW + 14 * DAY - 1)).toEqual(why);
      expect(await mailAddresses.undeliverable('ada#1@acme.test', NOW + 14 * DAY)).toBeUndefined();
      expect(await mailAddresses.undeliverable(requester('mel').email, NOW)).toBeUndefined();
    });

    it('keep the newest word', async () => {
      const { mailAddresses } = await open();
      const newest = { reason: 'complained', at: NOW } as const;
      await mailAddresses.markUndeliverable('a@b.test', newest);
      await mailAddresses.markUndeliverable('a@b.test', { reason: 'bounced', at: NOW - 1 });
      expect(await mailAddresses.undeliverable('a@b.test', NOW)).toEqual(newest);
    });
  });
}
