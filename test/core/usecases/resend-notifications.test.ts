// @module-tag sent-again

import { beforeEach, describe, expect, test } from 'vitest';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import type { MailEvent } from '../../../core/domain/mail-event.ts';
import { announceExport } from '../../../core/usecases/announce-export.ts';
import type { Caller } from '../../../core/usecases/caller.ts';
import { getExport } from '../../../core/usecases/get-export.ts';
import { recordMailEvent } from '../../../core/usecases/record-mail-event.ts';
import { resendNotifications } from '../../../core/usecases/resend-notifications.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import { ada, caller, createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

const mel = caller('mel', 'member');
const mia = caller('mia', 'viewer');

let deployment: MemoryDeployment;
let unsent: unknown[];
beforeEach(async () => {
  deployment = createMemoryDeployment();
  unsent = [];
  for (const member of [val, mel, mia, ada]) await deployment.stores.memberships.put(member);
});

/** Whom mails went to, in order. */
const recipients = () => deployment.mailer.sent.map(({ to }) => to);
const resend = (by: Caller, { exportId }: ExportRef, email?: string) =>
  resendNotifications({ ...deployment.deps, onUnsent: (cause) => unsent.push(cause) }, by, exportId, email);

/** Ready, announced to val and mel, and a minute old. */
async function announced(): Promise<ExportRef> {
  const { accountId, exportId } = await deployment.createReady(val, { notify: [mel.email] });
  const ref = { accountId, exportId };
  await announceExport(deployment.deps, ref);
  deployment.mailer.sent.splice(0);
  deployment.advance(60_000);
  return ref;
}

async function happens(ref: ExportRef, event: MailEvent, to: Caller): Promise<void> {
  const { notifications = [] } = await deployment.find(ref);
  const notificationId = notifications.find(({ userId }) => userId === to.userId)?.id ?? '';
  const at = deployment.clock.now();
  await recordMailEvent(deployment.deps, {
    event,
    at,
    addresses: [to.email],
    notification: { ...ref, notificationId },
  });
}

const issuesOf = async (work: Promise<unknown>) => (await problemOf(work)).issues;

describe('without an address', () => {
  test('writes to everybody whose mail did not arrive, under their address of now, and to nobody else', async () => {
    const ref = await announced();
    await happens(ref, 'delivered', val);
    await happens(ref, 'bounced', mel);
    await deployment.stores.memberships.put({ ...mel, email: 'mel@new.test' });
    const record = await resend(val, ref);
    expect(recipients()).toEqual(['mel@new.test']);
    expect(record.notifications).toMatchObject([
      { userId: 'val', state: 'delivered' },
      { userId: 'mel', email: 'mel@new.test', state: 'sent' },
    ]);
    expect(record.notify).toEqual([{ userId: 'mel', email: 'mel@new.test' }]);
  });

  test('writes to whoever could not be told when it ended', async () => {
    await deployment.stores.memberships.put({ ...val, role: 'viewer' });
    await deployment.stores.memberships.remove('acme', 'val');
    const ready = await deployment.createReady(val);
    await announceExport(deployment.deps, ready);
    await deployment.stores.memberships.put(val);
    await resend(val, ready);
    expect(recipients()).toEqual([val.email]);
  });

  test('is refused when everybody has a mail', async () => {
    const ref = await announced();
    expect(await issuesOf(resend(val, ref))).toEqual([
      { pointer: '/email', message: expect.stringContaining('everybody who is to be told has a mail') },
    ]);
  });

  test('tells what is wrong with the addresses, when it is all of them', async () => {
    const ref = await announced();
    await happens(ref, 'bounced', mel);
    const [issue] = await issuesOf(resend(val, ref));
    expect(issue?.message).toMatch(/^mel@acme.test: mail to it bounced on 2026-03-01; .* wait until 2026-03-15$/);
    expect(deployment.mailer.sent).toEqual([]);
  });
});

describe('with an address', () => {
  test('writes to that member, who becomes a recipient', async () => {
    const ref = await announced();
    await expect(getExport(deployment.deps, mia, ref.exportId)).rejects.toThrow();
    await resend(val, ref, 'MIA@acme.test');
    expect(recipients()).toEqual([mia.email]);
    const { view } = await getExport(deployment.deps, mia, ref.exportId);
    expect(view.notifications.map(({ email, state, kind }) => [email, state, kind])).toEqual([
      [val.email, 'sent', 'ready'],
      [mel.email, 'sent', 'ready'],
      [mia.email, 'sent', 'ready'],
    ]);
    const events = await deployment.store.events(ref.exportId);
    expect(events.find(({ type }) => type === 'mail_asked_for')).toMatchObject({ by: 'val', details: { to: 'mia' } });
  });

  test('writes again to who has a mail already, but not twice within a minute', async () => {
    const ref = await announced();
    for (let times = 0; times < 3; times += 1) await resend(val, ref, mel.email);
    expect(recipients()).toEqual([mel.email]);
    deployment.advance(60_000);
    await resend(val, ref, mel.email);
    expect(deployment.mailer.sent).toHaveLength(2);
    expect((await deployment.find(ref)).notify).toHaveLength(1);
  });

  test.each([
    ['a stranger', 'eve@evil.test', 'is not the address of a member of acme'],
    ['a member of another account', 'gus@globex.test', 'is not the address of a member of acme'],
    ['who may not read it', 'mia@acme.test', 'belongs to a member who may not read this report'],
  ])('is refused for %s', async (_, email, message) => {
    await deployment.stores.memberships.put(caller('gus', 'owner', 'globex'));
    const ref = await deployment.createReady(ada, { report: 'orders' });
    expect(await issuesOf(resend(ada, ref, email))).toEqual([
      { pointer: '/email', message: expect.stringContaining(message) },
    ]);
  });

  test('is refused for an address that is known to be bad, for two weeks', async () => {
    const ref = await announced();
    await happens(ref, 'complained', mel);
    expect(await issuesOf(resend(val, ref, mel.email))).toEqual([
      { pointer: '/email', message: expect.stringMatching(/reported our mail as spam on 2026-03-01;.*2026-03-15$/) },
    ]);
    deployment.advance(14 * DAY);
    const next = await deployment.createReady(val);
    await resend(val, next, mel.email);
    expect(recipients()).toContain(mel.email);
  });

  test('adds no more people than there may be', async () => {
    const ref = await announced();
    for (let n = 0; n < 20; n += 1) await deployment.stores.memberships.put(caller(`more-${n}`));
    for (let n = 0; n < 19; n += 1) await resend(val, ref, `more-${n}@acme.test`);
    expect(await issuesOf(resend(val, ref, 'more-19@acme.test'))).toMatchObject([{ pointer: '/email' }]);
    deployment.advance(60_000);
    await resend(val, ref, 'more-3@acme.test');
    expect((await deployment.find(ref)).notify).toHaveLength(20);
  });
});

describe('who may ask', () => {
  test('the requester and who reads everybody’s', async () => {
    const ref = await announced();
    await resend(ada, ref, mia.email);
    expect(await problemOf(resend(mel, ref, mia.email))).toMatchObject({ code: 'permission_required' });
    expect(await problemOf(resend(caller('eve'), ref, mia.email))).toMatchObject({ code: 'not_found' });
  });
});

describe('when there is nothing to tell', () => {
  test.each(['queued', 'running'] as const)('it is refused: %s', async (status) => {
    const ref = status === 'queued' ? await deployment.createQueued() : await deployment.createRunning();
    expect(await problemOf(resend(val, ref, val.email))).toMatchObject({ code: 'not_ready' });
  });

  test('it is refused once the file is gone, or the export was cancelled', async () => {
    const ref = await announced();
    const queued = await deployment.createQueued();
    const now = deployment.clock.now();
    await deployment.store.end(queued, { to: 'cancelled' }, { kind: 'no_live_lease', now }, { by: 'val', at: now });
    expect(await problemOf(resend(val, queued))).toMatchObject({ code: 'not_ready' });
    deployment.advance(7 * DAY);
    expect(await problemOf(resend(val, ref))).toMatchObject({ code: 'file_expired' });
  });

  test('a failure is news', async () => {
    const { claim, ...ref } = await deployment.createRunning(val, { notifyRequester: false });
    const failed = { to: 'failed', failure: failureOf('too_large') } as const;
    const actor = { by: 'worker', at: deployment.clock.now() };
    await deployment.store.end(ref, failed, { kind: 'claim', claim }, actor);
    const record = await resend(val, ref, val.email);
    expect(record.notifications).toMatchObject([{ kind: 'failed', state: 'sent' }]);
  });
});

test('what could not be sent at once is sent by the sweeper', async () => {
  const ref = await announced();
  deployment.mailer.beforeSend = () => {
    throw new Error('down');
  };
  const record = await resend(val, ref, mel.email);
  expect(record.notifications?.[1]).toMatchObject({ userId: 'mel', state: 'sending', tries: 1 });
  expect(unsent).toEqual([new Error('down')]);
  deployment.mailer.beforeSend = () => {};
  deployment.advance(HOUR);
  expect(await deployment.sweep()).toMatchObject({ announced: 1 });
  expect(recipients()).toEqual([mel.email]);
});
