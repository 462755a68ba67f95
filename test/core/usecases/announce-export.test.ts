// @module-tag told-once
// @module-tag broken-sender

import { beforeEach, describe, expect, test } from 'vitest';
import { notificationOf } from '../../../core/contract/mail-tags.ts';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import { MailRefusedError } from '../../../core/ports/mailer.ts';
import { announceExport } from '../../../core/usecases/announce-export.ts';
import type { Caller } from '../../../core/usecases/caller.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import { ada, caller, createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';

const MINUTE = 60_000;
const mel = caller('mel', 'member');

let deployment: MemoryDeployment;
beforeEach(async () => {
  deployment = createMemoryDeployment();
  for (const member of [val, mel, ada]) await deployment.stores.memberships.put(member);
});

/** Whom mails went to, in order. */
const recipients = () => deployment.mailer.sent.map(({ to }) => to);
const announce = (ref: ExportRef) => announceExport(deployment.deps, ref);
const states = async (ref: ExportRef) =>
  (await deployment.find(ref)).notifications?.map(({ email, state }) => `${email} ${state}`);
const readyFor = (by: Caller, ...notify: readonly Caller[]) =>
  deployment.createReady(by, { notify: notify.map(({ email }) => email) });

async function failed(ref: ExportRef & { claim: string }): Promise<void> {
  const failure = failureOf('too_large');
  const { claim } = ref;
  const actor = { by: 'worker', at: deployment.clock.now() };
  await deployment.store.end(ref, { to: 'failed', failure }, { kind: 'claim', claim }, actor);
}

describe('an export that is ready', () => {
  test('is announced to its requester and its recipients, each once', async () => {
    const ref = await readyFor(val, mel, ada);
    expect(await announce(ref)).toBe('announced');
    expect(await announce(ref)).toBe('announced');
    expect(recipients()).toEqual([val.email, mel.email, ada.email]);
    expect(await states(ref)).toEqual([val, mel, ada].map(({ email }) => `${email} sent`));
    expect(await deployment.find(ref)).toMatchObject({
      announced: 'ready',
      notifications: [{ messageId: 'message-1' }, {}, {}],
    });
  });

  test('is told of by a link of the reader’s own, and never beyond the life of the file', async () => {
    const ref = await readyFor(val, mel);
    const { expiresAt = 0 } = await deployment.find(ref);
    deployment.advance(3 * DAY);
    await announce(ref);
    const tokens = deployment.mailer.sent.map(({ text }) => /\/download\/(\S+)/.exec(text)?.[1] ?? '');
    const links = await Promise.all(tokens.map((token) => deployment.links.verify(token)));
    expect(links).toMatchObject([
      { ...refOnly(ref), recipientUserId: 'val', expiresAt },
      { ...refOnly(ref), recipientUserId: 'mel', expiresAt },
    ]);
  });

  test('has tags that lead back to the notification, whatever the account is called', async () => {
    const gus = caller('gus', 'owner', 'Müller & Söhne #1');
    await deployment.stores.memberships.put(gus);
    const ref = await readyFor(gus);
    await announce(ref);
    const [mail] = deployment.mailer.sent;
    const { notifications: [notification] = [] } = await deployment.find(ref);
    expect(Object.values(mail?.tags ?? {}).join('')).toMatch(/^[\w-]+$/);
    expect(notificationOf(mail?.tags ?? {})).toEqual({ ...refOnly(ref), notificationId: notification?.id });
  });

  test('is told at the address of now, and not to who may not read it any more', async () => {
    const ref = await readyFor(val, mel, ada);
    await deployment.stores.memberships.put({ ...val, email: 'val@new.test' });
    await deployment.stores.memberships.remove('acme', 'mel');
    await announce(ref);
    expect(recipients()).toEqual(['val@new.test', ada.email]);
    expect(await deployment.find(ref)).toMatchObject({ announced: 'ready' });
  });

  test('needs the permission of its report', async () => {
    const ref = await deployment.createReady(ada, { report: 'orders', filters: {} });
    await deployment.stores.memberships.put({ ...ada, role: 'viewer' });
    await announce(ref);
    expect(deployment.mailer.sent).toEqual([]);
    expect(await deployment.find(ref)).toMatchObject({ announced: 'ready' });
  });

  test('is mailed to nobody when nobody wants to know', async () => {
    const ref = await deployment.createReady(val, { notifyRequester: false });
    expect(await announce(ref)).toBe('announced');
    expect(deployment.mailer.sent).toEqual([]);
    expect(await deployment.find(ref)).toMatchObject({ announced: 'ready' });
    expect(await deployment.store.due('announce', deployment.clock.now() + DAY, 9)).toEqual([]);
  });

  test('is not told of once its file is gone', async () => {
    const ref = await readyFor(val);
    deployment.advance(7 * DAY);
    expect(await announce(ref)).toBe('announced');
    expect(deployment.mailer.sent).toEqual([]);
    const deleted = await readyFor(mel);
    await deployment.store.erase(deleted, { by: 'mel', at: deployment.clock.now() });
    await announce(deleted);
    expect(deployment.mailer.sent).toEqual([]);
  });
});

describe('before it is ready', () => {
  test.each(['queued', 'running'] as const)('nothing is sent about a %s export', async (status) => {
    const ref = status === 'queued' ? await deployment.createQueued() : await deployment.createRunning();
    expect(await announce(ref)).toBe('announced');
    const begun = await deployment.store.beginSending(ref, val, 'mail-1', deployment.clock.now());
    expect(begun).toEqual({ kind: 'settled' });
    expect(deployment.mailer.sent).toEqual([]);
    expect(await deployment.find(ref)).not.toHaveProperty('notifications');
  });
});

describe('other endings', () => {
  test('a failure is mailed with its reason', async () => {
    const ref = await deployment.createRunning(val);
    await failed(ref);
    await announce(ref);
    expect(recipients()).toEqual([val.email]);
    expect(await deployment.find(ref)).toMatchObject({ announced: 'failed', notifications: [{ kind: 'failed' }] });
  });

  test('a cancellation is mailed to nobody', async () => {
    const ref = await deployment.createQueued();
    const now = deployment.clock.now();
    await deployment.store.end(ref, { to: 'cancelled' }, { kind: 'no_live_lease', now }, { by: 'val', at: now });
    await announce(ref);
    expect(await deployment.find(ref)).toMatchObject({ announced: 'cancelled' });
    expect(deployment.mailer.sent).toEqual([]);
  });
});

describe('a mail that is refused', () => {
  test('is not tried again, and keeps nobody else from hearing', async () => {
    const ref = await readyFor(val, mel);
    deployment.mailer.beforeSend = ({ to }) => {
      if (to === val.email) throw new MailRefusedError('no');
    };
    expect(await announce(ref)).toBe('announced');
    expect(await states(ref)).toEqual([`${val.email} refused`, `${mel.email} sent`]);
  });

  test('by an address that takes none is not sent at all', async () => {
    const ref = await readyFor(val, mel);
    const at = deployment.clock.now();
    await deployment.mailAddresses.markUndeliverable(val.email.toUpperCase(), { reason: 'bounced', at });
    await announce(ref);
    expect(recipients()).toEqual([mel.email]);
    expect(await states(ref)).toEqual([`${val.email} suppressed`, `${mel.email} sent`]);
    deployment.advance(14 * DAY);
    expect(await announce(await readyFor(val))).toBe('announced');
    expect(recipients()).toEqual([mel.email, val.email]);
  });
});

/** Where the sender may break, and what its recipients then have. */
const breaks = {
  'a crash before the call': { where: 'before', copies: 1 },
  'a crash after the call': { where: 'after', copies: 2 },
} as const;

describe('when the sender breaks', () => {
  test.each(Object.entries(breaks))('%s: never none, never before the claim is over', async (_, { where, copies }) => {
    const ref = await readyFor(val, mel);
    let isBroken = false;
    const breakOnce = ({ to }: { to: string }) => {
      if (to !== val.email || isBroken) return;
      isBroken = true;
      throw new Error('crashed');
    };
    if (where === 'before') deployment.mailer.beforeSend = breakOnce;
    else deployment.mailer.afterSend = breakOnce;
    await expect(announce(ref)).rejects.toThrow('crashed');
    const first = deployment.mailer.sent.length;
    deployment.advance(MINUTE - 1);
    // Whoever comes to it now goes on with the others.
    expect(await announce(ref)).toBe('pending');
    expect(recipients().slice(first)).toEqual([mel.email]);
    deployment.advance(1);
    expect(await announce(ref)).toBe('announced');
    expect(recipients().filter((to) => to === val.email)).toHaveLength(copies);
    expect(recipients().filter((to) => to === mel.email)).toHaveLength(1);
    expect(await announce(ref)).toBe('announced');
    expect(deployment.mailer.sent).toHaveLength(copies + 1);
  });

  test.each(['accepted', 'delivered', 'bounced'] as const)(
    'after the call, the event “%s” keeps it from a second mail',
    async (event) => {
      const ref = await readyFor(val);
      deployment.mailer.afterSend = () => {
        throw new Error('the answer was lost');
      };
      await expect(announce(ref)).rejects.toThrow('the answer was lost');
      const { notifications: [notification] = [] } = await deployment.find(ref);
      await deployment.store.noteMailEvent(ref, notification?.id ?? '', event, deployment.clock.now());
      deployment.advance(HOUR);
      expect(await announce(ref)).toBe('announced');
      expect(deployment.mailer.sent).toHaveLength(1);
      expect(await deployment.find(ref)).toMatchObject({ announced: 'ready' });
    },
  );

  test('before it has taken the mail on, the next try is not kept waiting', async () => {
    const ref = await readyFor(val);
    const { sign } = deployment.links;
    deployment.links.sign = async () => {
      throw new Error('no key');
    };
    await expect(announce(ref)).rejects.toThrow('no key');
    deployment.links.sign = sign;
    expect(await announce(ref)).toBe('announced');
    expect(deployment.mailer.sent).toHaveLength(1);
  });

  test('and the note of the mail is lost, it is sent once more, a minute later', async () => {
    const ref = await readyFor(val);
    const { noteSent } = deployment.store;
    deployment.store.noteSent = async () => {
      throw new Error('the table is gone');
    };
    await expect(announce(ref)).rejects.toThrow('the table is gone');
    deployment.store.noteSent = noteSent;
    deployment.advance(MINUTE);
    await announce(ref);
    expect(deployment.mailer.sent).toHaveLength(2);
    expect(deployment.mailer.sent[0]?.tags).toEqual(deployment.mailer.sent[1]?.tags);
  });

  test('two at once send one mail', async () => {
    const ref = await readyFor(val, mel);
    const both = await Promise.all([announce(ref), announce(ref)]);
    expect(both).toContain('announced');
    expect([...recipients()].sort()).toEqual([mel.email, val.email]);
    expect(await announce(ref)).toBe('announced');
  });
});

describe('the sweeper', () => {
  test('announces what nobody else has for a minute', async () => {
    const ref = await readyFor(val);
    deployment.advance(MINUTE - 1);
    expect(await deployment.sweep()).toMatchObject({ announced: 0 });
    deployment.advance(1);
    expect(await deployment.sweep()).toMatchObject({ announced: 1, failures: [] });
    expect(await states(ref)).toEqual([`${val.email} sent`]);
    expect(await deployment.sweep()).toMatchObject({ announced: 0 });
  });

  test('goes on trying with growing pauses, and gives up after a day', async () => {
    const ref = await readyFor(val);
    let tries = 0;
    deployment.mailer.beforeSend = () => {
      tries += 1;
      throw new Error('no mail today');
    };
    for (let minute = 0; minute < 26 * 60; minute += 1) {
      deployment.advance(MINUTE);
      await deployment.sweep();
    }
    expect(tries).toBeGreaterThan(20);
    expect(tries).toBeLessThan(40);
    expect(await states(ref)).toEqual([`${val.email} refused`]);
    expect(await deployment.find(ref)).toMatchObject({ announced: 'ready' });
    expect((await deployment.store.events(ref.exportId)).length).toBeLessThan(50);
  });

  test('does not lose a pass to a mail service that is down', async () => {
    const refs = [];
    for (let n = 0; n < 5; n += 1) refs.push(await readyFor(val));
    deployment.mailer.beforeSend = () => {
      throw new Error('down');
    };
    deployment.advance(MINUTE);
    expect((await deployment.sweep()).failures).toHaveLength(3);
    deployment.mailer.beforeSend = () => {};
    for (let minute = 0; minute < 3; minute += 1) {
      deployment.advance(MINUTE);
      await deployment.sweep();
    }
    expect(deployment.mailer.sent).toHaveLength(5);
  });

  test('cleans up after an export only when everybody was told', async () => {
    const { claim, ...ref } = await deployment.createRunning(val);
    await failed({ ...ref, claim });
    deployment.advance(MINUTE);
    expect(await deployment.sweep()).toMatchObject({ announced: 1, cleaned: 0 });
    deployment.advance(MINUTE);
    expect(await deployment.sweep()).toMatchObject({ announced: 0, cleaned: 1 });
  });
});

function refOnly({ accountId, exportId }: ExportRef): ExportRef {
  return { accountId, exportId };
}
