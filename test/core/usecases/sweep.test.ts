// @module-tag sweeps-go-on

import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { LEASE_MS } from '../../../core/domain/lifecycle.ts';
import { newRange } from '../../../core/domain/part-range.ts';
import type { ExportStore } from '../../../core/ports/export-store.ts';
import { announceExport } from '../../../core/usecases/announce-export.ts';
import { sweep } from '../../../core/usecases/sweep.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import { caller, createMemoryDeployment, putFile, val } from '../../support/memory-deployment.ts';
import { newPlan } from '../../support/range-plans.ts';

const MINUTE = 60_000;
const nothing = {
  started: 0,
  repaired: 0,
  admitted: 0,
  takingLonger: 0,
  stuck: 0,
  expired: 0,
  cleaned: 0,
  announced: 0,
  switchedOff: 0,
  levels: expect.anything(),
  failures: [],
};

describe('a pass', () => {
  test('over a queue in good order changes nothing', async () => {
    const deployment = createMemoryDeployment();
    await deployment.createRunning();
    await deployment.createQueued();
    await deployment.createReady(caller('gus', 'owner', 'globex'));
    expect(await deployment.sweep()).toEqual(nothing);
  });

  test('admits what waits', async () => {
    const deployment = createMemoryDeployment();
    deployment.flags.runWorkers = false;
    await deployment.createQueued();
    expect(await deployment.sweep()).toEqual(nothing);
    deployment.flags.runWorkers = true;
    expect(await deployment.sweep()).toEqual({ ...nothing, admitted: 1 });
  });

  test('replaces an execution that ended before it came to the queue', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.create();
    deployment.executions.finish(ref, 1, 'FAILED');
    deployment.advance(MINUTE);
    expect(await deployment.sweep()).toMatchObject({ started: 1 });
    expect((await deployment.find(ref)).executionNumber).toBe(2);
    expect(await deployment.executions.status(ref, 2)).toBe('RUNNING');
    // It runs, and has not come to the queue: starting it again changes nothing.
    deployment.advance(MINUTE);
    expect(await deployment.sweep()).toMatchObject({ started: 1 });
    expect(deployment.executions.all).toHaveLength(2);
  });

  test('starts hundreds, an account after the other, and stops in time for the next', async () => {
    const deployment = createMemoryDeployment({ activeLimit: 500 });
    const { executions } = deployment;
    executions.beforeCall = () => {
      throw new Error('throttled');
    };
    for (let count = 0; count < 300; count += 1) await deployment.create(caller('nora', 'viewer', 'noisy'));
    const quiet = await deployment.create(caller('quinn', 'viewer', 'quiet'));
    deployment.advance(MINUTE);
    executions.beforeCall = () => deployment.advance(200);
    const first = await deployment.sweep();
    expect(first.started).toBeGreaterThan(100);
    expect(first.started).toBeLessThan(301);
    expect(executions.all.findIndex(({ ref }) => ref.exportId === quiet.exportId)).toBeLessThan(20);
    executions.beforeCall = () => {};
    await deployment.sweep();
    expect(executions.all).toHaveLength(301);
  });

  test('at the same time as another does everything once', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 3, account: 2 } });
    const lost = await deployment.create();
    deployment.executions.all.splice(0);
    const dead = await deployment.createQueued();
    deployment.executions.finish(dead, 1, 'ABORTED');
    const expired = await deployment.createReady(caller('gus', 'owner', 'globex'));
    await announceExport(deployment.deps, expired);
    deployment.advance(7 * DAY + HOUR);
    deployment.flags.runWorkers = false;
    const waiting = await deployment.createQueued();
    deployment.flags.runWorkers = true;

    const reports = await Promise.all([deployment.sweep(), deployment.sweep(), deployment.sweep()]);
    expect(reports.flatMap(({ failures }) => failures)).toEqual([]);
    expect(reports.reduce((sum, { admitted }) => sum + admitted, 0)).toBeLessThanOrEqual(1);
    expect(deployment.executions.all.filter(({ ref }) => ref.exportId === lost.exportId)).toHaveLength(1);
    const statuses = await Promise.all([lost, dead, expired, waiting].map((ref) => deployment.find(ref)));
    expect(statuses.map(({ status }) => status)).toEqual(['queued', 'failed', 'expired', 'queued']);
    expect(statuses[3]?.admittedAt).toBe(deployment.clock.now());
    for (const { id, version } of statuses) expect(await deployment.store.events(id)).toHaveLength(version);
    // The one that was started has not come to the queue in this test.
    expect(await deployment.sweep()).toEqual({ ...nothing, started: 1 });
  });
});

describe('a failure', () => {
  test('of one start keeps neither another start nor the rest from being done', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    deployment.executions.beforeCall = () => {
      throw new Error('throttled');
    };
    const poisoned = await deployment.create();
    const orphan = await deployment.create();
    const { executions } = deployment;
    const { start } = executions;
    executions.start = async (ref, number) => {
      if (ref.exportId === poisoned.exportId) throw new Error('throttled');
      return start.call(executions, ref, number);
    };
    executions.beforeCall = () => {};
    const ready = await deployment.createReady(caller('gus', 'owner', 'globex'));
    await announceExport(deployment.deps, ready);
    deployment.advance(7 * DAY + HOUR);
    const report = await deployment.sweep();
    expect(report).toMatchObject({ started: 1, expired: 1 });
    expect(report.failures).toEqual([new Error('throttled')]);
    expect(await executions.status(orphan, 1)).toBe('RUNNING');
    expect((await deployment.find(ready)).status).toBe('expired');
  });

  test('to read one record keeps no other of its kind from being done', async () => {
    const deployment = createMemoryDeployment();
    const unreadable = await deployment.createReady();
    for (let other = 0; other < 2; other += 1) await deployment.createReady();
    const store = Object.create(deployment.store, {
      get: {
        value: async (ref: ExportRef) => {
          if (ref.exportId === unreadable.exportId) throw new Error('throttled');
          return deployment.store.get(ref);
        },
      },
    });
    deployment.advance(HOUR);
    expect(await sweep({ ...deployment.deps, store })).toMatchObject({
      announced: 2,
      failures: [new Error('throttled')],
    });
  });

  test('of an index to be true to the table changes nothing', async () => {
    const deployment = createMemoryDeployment();
    const running = await deployment.createRunning();
    const store = Object.create(deployment.store, { due: { value: async () => [running] } });
    deployment.advance(HOUR);
    expect(await sweep({ ...deployment.deps, store })).toMatchObject({
      started: 0,
      expired: 0,
      cleaned: 0,
      announced: 0,
    });
    expect((await deployment.find(running)).status).toBe('running');
  });

  test.each(['expiry', 'cleanup', 'announce'] as const)(
    'that ends each pass when it comes to %s lets the other parts have their turn within minutes',
    async (kind) => {
      const deployment = createMemoryDeployment();
      const begun = new Set<string>();
      const due: ExportStore['due'] = async (...query) => {
        begun.add(query[0]);
        return query[0] === kind ? Promise.withResolvers<never>().promise : deployment.store.due(...query);
      };
      const store = Object.create(deployment.store, { due: { value: due } });
      for (let minute = 0; minute < 5; minute += 1) {
        deployment.advance(MINUTE);
        void sweep({ ...deployment.deps, store });
        await setImmediate();
      }
      expect([...begun].sort()).toEqual(['announce', 'cleanup', 'expiry', 'start']);
    },
  );

  test('that lasts does not keep an export from being noticed as stuck', async () => {
    const deployment = createMemoryDeployment();
    deployment.executions.beforeCall = (operation) => {
      if (operation === 'start') throw new Error('the state machine is gone');
    };
    const ref = await deployment.create();
    for (let minute = 0; minute < 16; minute += 1) {
      deployment.advance(MINUTE);
      await deployment.sweep();
    }
    expect(await deployment.find(ref)).toMatchObject({ status: 'failed', failure: { code: 'stuck_in_queue' } });
  });
});

describe('expiry', () => {
  test('is made permanent, and the file removed, an hour after its time', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady(val);
    const { file } = ref;
    await announceExport(deployment.deps, ref);
    deployment.advance(7 * DAY + HOUR - 1);
    expect(await deployment.sweep()).toEqual(nothing);
    expect(deployment.files.objects.has(file.key)).toBe(true);
    deployment.advance(1);
    expect(await deployment.sweep()).toEqual({ ...nothing, expired: 1, announced: 1 });
    expect([...deployment.files.objects.keys()]).toEqual([]);
    expect((await deployment.find(ref)).status).toBe('expired');
    expect(await deployment.sweep()).toEqual(nothing);
  });

  test('comes after the cleaning of an export that took several attempts', async () => {
    const deployment = createMemoryDeployment();
    const { claim, ...ref } = await deployment.createRunning(val);
    await deployment.attempts.release(ref, claim, { kind: 'stopped' }, deployment.clock.now());
    await deployment.attempts.claim(ref, 'second', deployment.clock.now());
    const file = await putFile(deployment.files, ref, 2, 'second');
    const ready = { to: 'ready', file, expiresAt: deployment.clock.now() + DAY } as const;
    await deployment.store.end(
      ref,
      ready,
      { kind: 'claim', claim: 'second' },
      { by: 'worker', at: deployment.clock.now() },
    );
    await announceExport(deployment.deps, ref);
    deployment.advance(30 * DAY);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 1, expired: 0 });
    expect(await deployment.sweep()).toMatchObject({ cleaned: 0, expired: 1 });
    expect([...deployment.files.objects.keys()]).toEqual([]);
  });
});

describe('cleaning', () => {
  test('removes what dead attempts left, a lease after the end, and never the published file', async () => {
    const deployment = createMemoryDeployment();
    const { files, clock } = deployment;
    const { claim: dead, ...ref } = await deployment.createRunning(val);
    await files.beginUpload(`exports/acme/${ref.exportId}/1-${dead}/guests.csv`, { contentType: '', retentionDays: 7 });
    const unpublished = await putFile(files, ref, 1, dead);
    deployment.advance(LEASE_MS);
    await deployment.attempts.claim(ref, 'second', clock.now());
    const file = await putFile(files, ref, 2, 'second');
    const neighbour = await deployment.createRunning(val);
    const kept = await putFile(files, neighbour, 1, neighbour.claim);
    const ready = { to: 'ready', file, expiresAt: clock.now() + 7 * DAY } as const;
    await deployment.store.end(ref, ready, { kind: 'claim', claim: 'second' }, { by: 'worker', at: clock.now() });
    await announceExport(deployment.deps, ref);

    deployment.advance(LEASE_MS - 1);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 0 });
    deployment.advance(1);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 1 });
    expect(files.objects.has(unpublished.key)).toBe(false);
    expect([...files.uploads.keys()]).toEqual([]);
    expect([...files.objects.keys()].sort()).toEqual([file.key, file.waybillKey, kept.key, kept.waybillKey].sort());
    expect(await deployment.sweep()).toMatchObject({ cleaned: 0 });
  });

  test('forgets how several workers made the file, once nobody needs it', async () => {
    const deployment = createMemoryDeployment();
    const { stores, clock } = deployment;
    const { claim, ...ref } = await deployment.createRunning(val);
    await stores.exports.recordRoute(ref, 'partitioned', { rows: 6_000_000, exact: false }, clock.now());
    const plan = newPlan(1, 1, { exportId: ref.exportId, claim });
    expect(await stores.ranges.begin(plan, [newRange(1, 0, 1)])).toBe(true);
    await deployment.sweep();
    expect(await stores.ranges.read(ref.exportId)).toBeDefined();
    await stores.exports.end(ref, { to: 'cancelled' }, { kind: 'claim', claim }, { by: 'worker', at: clock.now() });
    await announceExport(deployment.deps, ref);
    deployment.advance(LEASE_MS);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 1 });
    expect(await stores.ranges.read(ref.exportId)).toBeUndefined();
  });
});

describe('accounts that have gone quiet', () => {
  test('are forgotten ten minutes after they last queued; active ones are not', async () => {
    const deployment = createMemoryDeployment();
    const accounts = async () => (await deployment.admissions.readQueue()).accounts.map(({ accountId }) => accountId);
    await deployment.createReady();
    await deployment.createRunning(caller('gus', 'owner', 'globex'));
    deployment.advance(10 * MINUTE);
    await deployment.sweep();
    expect(await accounts()).toEqual(['acme', 'globex']);
    deployment.advance(1);
    await deployment.sweep();
    expect(await accounts()).toEqual(['globex']);
    await deployment.createQueued();
    expect(await accounts()).toEqual(['acme', 'globex']);
  });
});
