// @module-tag access-requests

import { describe, expect, test } from 'vitest';
import { MailRefusedError } from '../../../core/ports/mailer.ts';
import { requestAccess } from '../../../core/usecases/request-access.ts';
import { DAY } from '../../support/exports.ts';
import { caller, createMemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

const people = [caller('ada', 'admin'), caller('mel', 'member'), caller('olga', 'owner'), caller('otto', 'owner'), val];

async function deploy() {
  const deployment = createMemoryDeployment();
  for (const each of [...people, caller('gus', 'owner', 'globex')]) await deployment.stores.memberships.put(each);
  const ask = (by = val, body: { reason?: string } = {}) => requestAccess(deployment.deps, by, 'orders', body);
  const receivers = () => deployment.mailer.sent.map(({ to }) => to.split('@')[0]);
  return { ...deployment, ask, receivers };
}

describe('asking for a report', () => {
  test('mails each owner and admin of the account once', async () => {
    const { ask, receivers, mailer } = await deploy();
    const answer = await ask(val, { reason: 'The board asks' });
    expect(answer).toEqual({ report: { id: 'orders', title: 'Orders' }, requestedAt: expect.any(String), asked: 3 });
    expect(receivers()).toEqual(['olga', 'otto', 'ada']);
    for (const { text } of mailer.sent) {
      for (const said of ['val', 'val@acme.test', 'Orders', 'The board asks', 'https://reports.test/members']) {
        expect(text).toContain(said);
      }
    }
  });

  test('tells nobody again for a day, and answers alike', async () => {
    const { ask, receivers, advance, stores } = await deploy();
    const first = await ask();
    advance(DAY - 1);
    await stores.memberships.put(caller('new', 'admin'));
    expect(await ask(val, { reason: 'once more' })).toEqual(first);
    expect(receivers()).toHaveLength(3);
    advance(1);
    await ask();
    expect(receivers().slice(3)).toEqual(['olga', 'otto', 'ada', 'new']);
  });

  test('is for each person on their own', async () => {
    const { ask, receivers } = await deploy();
    await ask(val);
    await ask(caller('mel', 'member'));
    expect(receivers()).toHaveLength(6);
  });

  test('is refused to whoever may use it, and for a report that there is not', async () => {
    const { ask, deps, mailer } = await deploy();
    const allowed = await problemOf(ask(caller('ada', 'admin')));
    expect([allowed.code, allowed.extensions.reportTitle]).toEqual(['already_permitted', 'Orders']);
    expect((await problemOf(requestAccess(deps, val, 'secrets', {}))).code).toBe('not_found');
    expect(mailer.sent).toEqual([]);
  });
});

describe('when telling goes wrong', () => {
  test.each(['before', 'after'] as const)('%s a mail, the request repeated tells whoever was not', async (when) => {
    const { ask, receivers, advance, mailer } = await deploy();
    mailer.failNext(new Error('the mail service is down'), when);
    const problem = await problemOf(ask());
    expect([problem.code, problem.extensions.retryAfterSeconds]).toEqual(['unavailable', 60]);
    // Those whom nobody has tried to tell are told at once; whose mail may have gone out waits for a minute.
    await ask();
    const lost = when === 'after' ? ['olga'] : [];
    expect(receivers()).toEqual([...lost, 'otto', 'ada']);
    advance(60_000);
    await ask();
    await ask();
    // Told twice is only who may have been told by the try whose outcome was lost.
    expect(receivers()).toEqual([...lost, 'otto', 'ada', 'olga']);
  });

  test('a process that dies at any point leaves nobody untold, and tells nobody before it is written', async () => {
    for (const method of ['open', 'beginTelling', 'noteTold'] as const) {
      for (let call = 0; call < (method === 'open' ? 1 : 3); call += 1) {
        const { deps, stores, receivers, advance } = await deploy();
        let calls = 0;
        const real = stores.accessRequests[method] as (...parameters: unknown[]) => Promise<unknown>;
        const accessRequests = {
          ...stores.accessRequests,
          [method]: (...parameters: unknown[]) => {
            if (calls++ === call) throw new Error('died');
            return real(...parameters);
          },
        };
        await expect(requestAccess({ ...deps, accessRequests }, val, 'orders', {})).rejects.toThrow('died');
        if (method === 'open') expect(receivers()).toEqual([]);
        advance(60_000);
        await requestAccess(deps, val, 'orders', {});
        expect([...new Set(receivers())].sort(), `${method} ${call}`).toEqual(['ada', 'olga', 'otto']);
        const duplicates = receivers().length - 3;
        expect(duplicates, `${method} ${call}`).toBe(method === 'noteTold' ? 1 : 0);
      }
    }
  });

  test('an address that takes no mail keeps nobody else from being told, and is not tried again', async () => {
    const { ask, receivers, advance, mailer } = await deploy();
    mailer.failNext(new MailRefusedError('no'), 'before');
    await ask();
    advance(120_000);
    await ask();
    expect(receivers()).toEqual(['otto', 'ada']);
  });

  test('an address where mail bounced is passed over', async () => {
    const { ask, receivers, stores, clock } = await deploy();
    await stores.mailAddresses.markUndeliverable('olga@acme.test', { reason: 'bounced', at: clock.now() });
    await ask();
    expect(receivers()).toEqual(['otto', 'ada']);
  });

  test('who left since is passed over', async () => {
    const { ask, receivers, advance, mailer, stores } = await deploy();
    mailer.failNext(new Error('down'), 'before');
    await problemOf(ask());
    await stores.memberships.remove('acme', 'ada');
    advance(60_000);
    await ask();
    expect(receivers()).toEqual(['otto', 'olga']);
  });
});
