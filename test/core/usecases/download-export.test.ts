// @module-tag downloads-audited
// @module-tag part-by-part

import { describe, expect, test } from 'vitest';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import type { DownloadOptions } from '../../../core/ports/file-store.ts';
import { downloadExport } from '../../../core/usecases/download-export.ts';
import { getExport } from '../../../core/usecases/get-export.ts';
import { readWaybill } from '../../../core/usecases/read-waybill.ts';
import { DAY, T0 } from '../../support/exports.ts';
import { ada, caller, createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';
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
    deployment.advance(1_500);
    expect(await downloadExport(deployment.deps, ada, ref.exportId)).toEqual({
      exportId: ref.exportId,
      reportTitle: 'Guests',
      download: {
        url: 'https://files.test/x',
        // A signature's date has whole seconds.
        expiresAt: new Date(T0 + 61_000).toISOString(),
        fileName: 'guests.csv',
        bytes: ref.file.bytes,
        sha256: ref.file.sha256,
      },
    });
    expect(asked).toEqual([
      [ref.file.key, { fileName: 'guests.csv', contentType: 'text/csv; charset=utf-8', expiresInSeconds: 60 }],
    ]);
    const { file } = (await getExport(deployment.deps, val, ref.exportId)).view;
    expect(file).toMatchObject({ downloadCount: 1, lastDownloadedAt: new Date(deployment.clock.now()).toISOString() });
    expect((await deployment.store.events(ref.exportId)).at(-1)).toMatchObject({
      type: 'downloaded',
      by: 'ada',
      details: { via: 'api' },
    });
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

describe('an export of several files', () => {
  test('is downloaded one by one, each under its own name with its own SHA-256, counted and audited', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReadyInPartFiles([3, 1, 2]);
    for (const [index, listed] of ref.waybill.files.entries()) {
      const { download } = await downloadExport(deployment.deps, ada, ref.exportId, index + 1);
      expect(download).toEqual({
        url: `memory:${listed.key}`,
        expiresAt: new Date(T0 + 60_000).toISOString(),
        fileName: `guests-part-${index + 1}-of-3.csv`,
        bytes: listed.bytes,
        sha256: listed.sha256,
        part: index + 1,
        partFiles: 3,
      });
    }
    expect((await deployment.find(ref)).downloadCount).toBe(3);
    const downloads = (await deployment.store.events(ref.exportId)).filter(({ type }) => type === 'downloaded');
    expect(downloads.map(({ details }) => details)).toEqual([1, 2, 3].map((part) => ({ via: 'api', part })));
  });

  test('asks which one, and that is neither a download nor a refusal', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReadyInPartFiles([3, 1, 2]);
    const problem = await problemOf(downloadExport(deployment.deps, val, ref.exportId));
    expect(problem).toMatchObject({
      code: 'part_required',
      message: 'This export is 3 files. Say which one: part=1 to 3; its waybill lists them.',
      extensions: { exportId: ref.exportId, reportTitle: 'Guests', partFiles: 3 },
    });
    expect((await deployment.store.events(ref.exportId)).at(-1)?.type).toBe('ready');
    expect((await deployment.find(ref)).downloadCount).toBe(0);
  });

  test('has no part that it does not list', async () => {
    const deployment = createMemoryDeployment();
    const three = await deployment.createReadyInPartFiles([3, 1, 2]);
    const one = await deployment.createReady();
    for (const [{ exportId }, part, message] of [
      [three, 4, 'must be from 1 to 3'],
      [one, 2, 'must be 1: this export is one file'],
    ] as const) {
      const problem = await problemOf(downloadExport(deployment.deps, val, exportId, part));
      expect(problem).toMatchObject({ code: 'validation_failed', issues: [{ pointer: '/part', message }] });
    }
  });

  test('is that file where there is one, however it is recorded', async () => {
    const deployment = createMemoryDeployment();
    const plain = await deployment.createReady();
    const listed = await deployment.createReadyInPartFiles([5]);
    const { download } = await downloadExport(deployment.deps, val, plain.exportId, 1);
    expect(download).toMatchObject({ fileName: 'guests.csv', sha256: plain.file.sha256 });
    expect(download).not.toHaveProperty('partFiles');
    expect((await downloadExport(deployment.deps, val, listed.exportId)).download).toMatchObject({
      fileName: 'guests-part-1-of-1.csv',
      part: 1,
      partFiles: 1,
    });
  });

  test.each([
    ['changed', (text: string) => text.replace('"attempt": 1', '"attempt": 2'), 'not the one that was recorded'],
    ['gone', () => undefined, 'is missing'],
  ])('gives nothing out by a waybill that is %s', async (_, change, message) => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReadyInPartFiles([3, 1]);
    const readText = deployment.files.readText.bind(deployment.files);
    deployment.files.readText = async (key) => change((await readText(key)) ?? '');
    await expect(downloadExport(deployment.deps, val, ref.exportId, 1)).rejects.toThrow(message);
    expect((await deployment.find(ref)).downloadCount).toBe(0);
  });

  test('is refused as one file is, whichever part is asked for', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReadyInPartFiles([3, 1]);
    const eve = caller('eve', 'member');
    for (const part of [undefined, 1, 9]) {
      expect((await problemOf(downloadExport(deployment.deps, eve, ref.exportId, part))).code).toBe('not_found');
    }
    deployment.flags.allowDownloads = false;
    expect((await problemOf(downloadExport(deployment.deps, val, ref.exportId, 1))).code).toBe('downloads_disabled');
    deployment.flags.allowDownloads = true;
    deployment.advance(7 * DAY);
    expect((await problemOf(downloadExport(deployment.deps, val, ref.exportId, 1))).code).toBe('file_expired');
    expect((await deployment.store.events(ref.exportId)).slice(-3).map(({ details }) => details.code)).toEqual([
      'not_found',
      'downloads_disabled',
      'file_expired',
    ]);
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
    expect(problem.extensions).toEqual({ exportId: ref.exportId, reportId: 'orders', reportTitle: 'Orders' });
  });

  test.each(['', 'exp_1', '../acme', 'x'.repeat(500)])('an id that is none is not found: %s', async (id) => {
    const problem = await problemOf(getExport(createMemoryDeployment().deps, val, id));
    expect(problem.code).toBe('not_found');
    expect(problem.message.length).toBeLessThan(120);
  });
});

describe('a refused download', () => {
  const refusals = async (deployment: MemoryDeployment, ref: ExportRef) =>
    (await deployment.store.events(ref.exportId)).filter(({ type }) => type === 'download_refused');

  test('is audited with its reason, by whom, and which way; what the API hides too', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createRunning();
    const refused = async (by = val) => (await problemOf(downloadExport(deployment.deps, by, ref.exportId))).code;
    expect(await refused()).toBe('not_ready');
    expect(await refused(caller('eve', 'member'))).toBe('not_found');
    expect(await refusals(deployment, ref)).toMatchObject([
      { by: 'val', at: T0, details: { code: 'not_ready', via: 'api' } },
      { by: 'eve', at: T0, details: { code: 'not_found', via: 'api' } },
    ]);
  });

  test('leaves no trace on an export of another account, nor in an account that has none', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady();
    const before = await deployment.store.events(ref.exportId);
    await problemOf(downloadExport(deployment.deps, caller('gus', 'owner', 'globex'), ref.exportId));
    expect(await deployment.store.events(ref.exportId)).toEqual(before);
  });

  test('leaves one line a minute of somebody who asks again and again', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createRunning();
    const asked = async (by = val) => (await problemOf(downloadExport(deployment.deps, by, ref.exportId))).code;
    for (let second = 0; second < 60; second += 2) {
      expect(await asked()).toBe('not_ready');
      deployment.advance(2_000);
    }
    expect(await refusals(deployment, ref)).toHaveLength(1);
    await asked();
    await asked(ada);
    deployment.flags.allowDownloads = false;
    await asked();
    expect((await refusals(deployment, ref)).map(({ by, details }) => [by, details.code])).toEqual([
      ['val', 'not_ready'],
      ['val', 'not_ready'],
      ['ada', 'not_ready'],
      ['val', 'downloads_disabled'],
    ]);
    // What the record keeps for this is bounded: a minute's worth.
    expect((await deployment.find(ref)).refusals).toHaveLength(3);
    deployment.advance(60_000);
    await asked();
    expect((await deployment.find(ref)).refusals).toHaveLength(1);
  });

  test('is not counted as one that was served', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady();
    await problemOf(downloadExport(deployment.deps, caller('eve'), ref.exportId));
    expect(await deployment.find(ref)).toMatchObject({ downloadCount: 0 });
  });
});
