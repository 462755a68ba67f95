import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../core/domain/failure.ts';
import type { DownloadOptions } from '../../../core/ports/file-store.ts';
import { downloadExport, readWaybill } from '../../../core/usecases/download-export.ts';
import { getExport } from '../../../core/usecases/get-export.ts';
import { ada, caller, createMemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

describe('a download', () => {
  test('is a URL of this file under its name for a minute, counted and audited', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady();
    const asked: [string, DownloadOptions][] = [];
    deployment.files.presignDownload = async (key: string, options?: DownloadOptions) => {
      if (options) asked.push([key, options]);
      return 'https://files.test/x';
    };
    expect(await downloadExport(deployment.deps, ada, ref.exportId)).toBe('https://files.test/x');
    expect(asked).toEqual([
      [ref.file.key, { fileName: 'guests.csv', contentType: 'text/csv; charset=utf-8', expiresInSeconds: 60 }],
    ]);
    const { file } = await getExport(deployment.deps, val, ref.exportId);
    expect(file).toMatchObject({ downloadCount: 1, lastDownloadedAt: new Date(deployment.clock.now()).toISOString() });
    expect((await deployment.store.events(ref.exportId)).at(-1)).toMatchObject({ type: 'downloaded', by: 'ada' });
  });

  test('of what has no file says why', async () => {
    const deployment = createMemoryDeployment();
    const queued = await deployment.create();
    const running = await deployment.createRunning();
    const failed = await deployment.createRunning();
    const failing = { to: 'failed', failure: failureOf('too_large') } as const;
    await deployment.store.end(failed, failing, { kind: 'claim', claim: failed.claim }, { by: 'worker', at: 0 });
    const cancelled = await deployment.create();
    await deployment.store.end(cancelled, { to: 'cancelled' }, { kind: 'not_admitted' }, { by: 'val', at: 0 });
    for (const [ref, words] of [
      [queued, 'waiting for its turn'],
      [running, 'still being prepared'],
      [failed, 'failed and has no file'],
      [cancelled, 'was cancelled'],
    ] as const) {
      const problem = await problemOf(downloadExport(deployment.deps, val, ref.exportId));
      expect(problem.code).toBe('not_ready');
      expect(problem.message).toContain(words);
    }
  });

  test('ends at the very instant of expiry, swept or not', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady();
    const { expiresAt = 0 } = await deployment.find(ref);
    deployment.advance(expiresAt - deployment.clock.now() - 1);
    await downloadExport(deployment.deps, val, ref.exportId);
    deployment.advance(1);
    const problem = await problemOf(downloadExport(deployment.deps, val, ref.exportId));
    expect(problem.code).toBe('file_expired');
    expect(problem.extensions).toEqual({
      exportId: ref.exportId,
      reportTitle: 'Guests',
      fileAvailable: false,
      expiredAt: new Date(expiresAt).toISOString(),
    });
    expect((await problemOf(readWaybill(deployment.deps, val, ref.exportId))).code).toBe('file_expired');
  });

  test('is refused while downloads are paused, whatever the export’s state, but not its manifest', async () => {
    const deployment = createMemoryDeployment();
    deployment.flags.allowDownloads = false;
    const ref = await deployment.createReady();
    expect((await problemOf(downloadExport(deployment.deps, val, ref.exportId))).code).toBe('downloads_disabled');
    expect(await readWaybill(deployment.deps, val, ref.exportId)).toBe('{}');
    expect((await deployment.find(ref)).downloadCount).toBe(0);
  });
});

describe('who may read an export', () => {
  test('its requester, its recipients, and those who read everyone’s', async () => {
    const deployment = createMemoryDeployment();
    await deployment.stores.memberships.put(caller('mel', 'member'));
    const ref = await deployment.createReady(val, { notify: ['mel@acme.test'] });
    for (const by of [val, caller('mel', 'member'), ada]) await downloadExport(deployment.deps, by, ref.exportId);
  });

  test.each([caller('eve', 'member'), caller('val', 'owner', 'globex')])(
    'nobody else, for whom it does not exist: $accountId/$userId',
    async (by) => {
      const deployment = createMemoryDeployment();
      const ref = await deployment.createReady();
      expect((await problemOf(downloadExport(deployment.deps, by, ref.exportId))).code).toBe('not_found');
      expect((await problemOf(getExport(deployment.deps, by, ref.exportId))).code).toBe('not_found');
    },
  );

  test('nobody who has lost the report’s permission since', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady(ada, { report: 'orders' });
    const problem = await problemOf(downloadExport(deployment.deps, caller('ada', 'member'), ref.exportId));
    expect(problem.code).toBe('permission_revoked');
    expect(problem.extensions).toEqual({ exportId: ref.exportId, reportTitle: 'Orders' });
  });

  test.each(['', 'exp_1', '../acme', 'x'.repeat(500)])('an id that is none is not found: %s', async (id) => {
    const problem = await problemOf(getExport(createMemoryDeployment().deps, val, id));
    expect(problem.code).toBe('not_found');
    expect(problem.message.length).toBeLessThan(120);
  });
});
