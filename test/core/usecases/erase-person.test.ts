// @module-tag erased-persons

import { describe, expect, test } from 'vitest';
import type { ExportRecord } from '../../../core/domain/export-record.ts';
import { erasePerson } from '../../../core/usecases/erase-person.ts';
import { requestAccess } from '../../../core/usecases/request-access.ts';
import { sendFeedback } from '../../../core/usecases/send-feedback.ts';
import { ada, caller, createMemoryDeployment, type MemoryDeployment } from '../../support/memory-deployment.ts';

const mel = caller('mel', 'member');
const val = caller('val');
const olga = caller('olga', 'owner');
const person = { accountId: 'acme', userId: 'mel' };

const erase = ({ deps }: MemoryDeployment, dryRun = false) => erasePerson(deps, person, { dryRun });

async function populated() {
  const deployment = createMemoryDeployment({ activeLimit: 50, caps: { pool: 50, account: 50 } });
  for (const each of [mel, val, olga, ada]) await deployment.stores.memberships.put(each);
  const own = await deployment.createReady(mel, { note: 'for me', notify: ['val@acme.test'] });
  const others = await deployment.createReady(val, { notify: ['mel@acme.test', 'ada@acme.test'] });
  const apart = await deployment.createReady(ada);
  await sendFeedback(deployment.deps, mel, others.exportId, { kind: 'other', text: 'mel was here' });
  await sendFeedback(deployment.deps, ada, others.exportId, { kind: 'other', text: 'ada was here' });
  await requestAccess(deployment.deps, mel, 'orders', { reason: 'please' });
  await deployment.stores.mailAddresses.markUndeliverable('mel@acme.test', { reason: 'bounced', at: 0 });
  return { deployment, own, others, apart };
}

/** All that the stores hold of the account. */
async function everything({ stores, clock }: MemoryDeployment): Promise<string> {
  const records: ExportRecord[] = [];
  for await (const record of stores.exports.everyOf('acme')) records.push(record);
  const events = await Promise.all(records.map(({ id }) => stores.exports.events(id)));
  const { items } = await stores.feedback.list({ accountId: 'acme', limit: 100 });
  const requests = await stores.accessRequests.by('acme', 'mel');
  const address = await stores.mailAddresses.undeliverable('mel@acme.test', clock.now());
  return JSON.stringify([records, events, items, requests, address, await stores.memberships.list('acme')]);
}

const traces = /mel@acme\.test|mel was here|"name":"mel"|for me|please|bounced/;

describe('erasing a person', () => {
  test('removes what there is of them, and leaves what is others’', async () => {
    const { deployment, own, others, apart } = await populated();
    expect(await everything(deployment)).toMatch(traces);
    const kept = await deployment.find(apart);
    expect(await erase(deployment)).toEqual({
      membership: 'removed',
      erased: [own.exportId],
      forgotten: [own.exportId, others.exportId],
      left: [],
      feedback: 1,
      accessRequests: 1,
    });
    expect(await everything(deployment)).not.toMatch(traces);
    expect(await everything(deployment)).toMatch('ada was here');
    expect(deployment.files.objects.has(own.file.key)).toBe(false);
    expect(deployment.files.objects.has(others.file.key)).toBe(true);
    expect((await deployment.find(others)).notify).toEqual([{ userId: 'ada', email: 'ada@acme.test' }]);
    expect((await deployment.find(own)).requestedBy).toEqual({ userId: 'mel', email: '', name: '' });
    expect(await deployment.find(apart)).toEqual(kept);
    const events = await deployment.store.events(own.exportId);
    expect(events.map(({ type }) => type).slice(-2)).toEqual(['erased', 'person_erased']);
    expect(events[0]?.by).toBe('mel');
  });

  test('a second time finds nothing to do', async () => {
    const { deployment } = await populated();
    await erase(deployment);
    const before = await everything(deployment);
    const nothing = { membership: 'none', erased: [], forgotten: [], left: [], feedback: 0, accessRequests: 0 };
    expect(await erase(deployment)).toEqual(nothing);
    expect(await everything(deployment)).toBe(before);
  });

  test('dry, changes nothing and tells the same', async () => {
    const { deployment } = await populated();
    const before = await everything(deployment);
    const told = await erase(deployment, true);
    expect(await everything(deployment)).toBe(before);
    expect(await erase(deployment)).toEqual(told);
  });

  test('forgets who deleted their export before', async () => {
    const { deployment, own } = await populated();
    await deployment.store.erase(own, { by: 'mel', at: deployment.clock.now() });
    expect(await erase(deployment)).toMatchObject({ erased: [], forgotten: [own.exportId, expect.any(String)] });
    expect(await everything(deployment)).not.toMatch(traces);
  });

  test('cancels what waits, and asks what runs to stop: that is for the next time', async () => {
    const { deployment } = await populated();
    const waiting = await deployment.create(mel);
    const running = await deployment.createRunning(mel);
    const first = await erase(deployment);
    expect(first.left).toEqual([running.exportId]);
    expect(first.erased).toContain(waiting.exportId);
    expect((await deployment.stores.exports.getWithAttempt(running))?.attempt?.cancelRequested).toBe(true);
    const guard = { kind: 'claim', claim: running.claim } as const;
    await deployment.store.end(running, { to: 'cancelled' }, guard, { by: 'worker', at: deployment.clock.now() });
    expect(await erase(deployment)).toMatchObject({ erased: [running.exportId], left: [] });
    expect(await everything(deployment)).not.toMatch(traces);
  });

  test('refuses the last owner, and does nothing', async () => {
    const { deployment } = await populated();
    const report = await erasePerson(deployment.deps, { accountId: 'acme', userId: 'olga' }, { dryRun: false });
    expect(report).toMatchObject({ membership: 'last_owner', erased: [], forgotten: [] });
    expect(await deployment.stores.memberships.find('acme', 'olga')).toBeDefined();
  });

  test('goes on where a run that died has stopped, wherever that was', async () => {
    for (let survived = 0; ; survived += 1) {
      const { deployment } = await populated();
      let calls = 0;
      const dying = <Store extends object>(store: Store): Store =>
        new Proxy(store, {
          get(target, name, receiver) {
            const method = Reflect.get(target, name, receiver);
            if (typeof method !== 'function' || name === 'everyOf') return method;
            return (...parameters: unknown[]) => {
              if (calls++ >= survived) throw new Error('died');
              return method.apply(target, parameters);
            };
          },
        });
      const { store, files, members, feedback, accessRequests, mailAddresses, clock } = deployment.deps;
      const deps = {
        store: dying(store),
        files: dying(files),
        members: dying(members),
        feedback: dying(feedback),
        accessRequests: dying(accessRequests),
        mailAddresses: dying(mailAddresses),
        clock,
      };
      const died = await erasePerson(deps, person, { dryRun: false }).then(
        () => false,
        () => true,
      );
      await erase(deployment);
      expect(await everything(deployment), `after ${survived} calls`).not.toMatch(traces);
      expect([...deployment.files.objects.keys()].filter((key) => key.includes('000000000001'))).toEqual([]);
      if (!died) return expect(survived).toBeGreaterThan(10);
    }
  });
});
