// @module-tag links-are-locators

import { describe, expect, test } from 'vitest';
import { hmacLinkSigner } from '../../../adapters/links/link-signer.ts';
import { downloadLinkFor, LINK_LIFETIME_MS } from '../../../core/domain/download-link.ts';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import { openDownloadLink } from '../../../core/usecases/download-export.ts';
import { DAY, exportId, T0 } from '../../support/exports.ts';
import { ada, caller, createMemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

const key = { id: 'key-1', secret: 's'.repeat(43) };
const links = hmacLinkSigner({ current: async () => key, find: async (id) => (id === key.id ? key : undefined) });
const eve = caller('eve', 'member');

function setUp() {
  const deployment = createMemoryDeployment();
  const deps = { ...deployment.deps, links };
  return {
    deployment,
    open: (token: string, by = val, part?: number) => openDownloadLink(deps, by, { token, part }),
    refused: (token: string, by = val, part?: number) => problemOf(openDownloadLink(deps, by, { token, part })),
    /** The link of a mail sent now. */
    linkTo: async (ref: ExportRef, recipient = 'val') =>
      links.sign(downloadLinkFor(await deployment.find(ref), recipient, deployment.clock.now())),
    events: async (ref: ExportRef, type: string) =>
      (await deployment.store.events(ref.exportId)).filter((event) => event.type === type),
  };
}

describe('the link of a mail', () => {
  test('gives a URL for a minute and says what it is of; counted and audited each time', async () => {
    const { deployment, linkTo, open, events } = setUp();
    const ref = await deployment.createReady();
    const token = await linkTo(ref);
    for (let n = 1; n <= 2; n += 1) {
      expect(await open(token)).toMatchObject({
        exportId: ref.exportId,
        reportTitle: 'Guests',
        download: { fileName: 'guests.csv', sha256: ref.file.sha256, expiresAt: new Date(T0 + 60_000).toISOString() },
      });
      expect((await deployment.find(ref)).downloadCount).toBe(n);
    }
    expect(await events(ref, 'downloaded')).toMatchObject(
      Array.from({ length: 2 }, () => ({ by: 'val', at: T0, details: { via: 'link' } })),
    );
  });

  test('opens for whoever may read the export, not for whom it was sent to', async () => {
    const { deployment, linkTo, open, refused } = setUp();
    await deployment.stores.memberships.put(caller('mel', 'member'));
    const ref = await deployment.createReady(val, { notify: ['mel@acme.test'] });
    const token = await linkTo(ref, 'eve');
    for (const by of [val, caller('mel', 'member'), ada]) expect((await open(token, by)).exportId).toBe(ref.exportId);
    expect((await refused(token, eve)).code).toBe('permission_revoked');
  });

  test('of a colleague asks to ask, and tells the report but not the export', async () => {
    const { deployment, linkTo, refused, events } = setUp();
    const ref = await deployment.createReady();
    const problem = await refused(await linkTo(ref), eve);
    expect(problem).toMatchObject({ code: 'permission_required', extensions: { reportTitle: 'Guests' } });
    expect(problem.extensions).not.toHaveProperty('exportId');
    expect(problem.extensions).not.toHaveProperty('reportId');
    expect(problem.message).toContain('sent to somebody else');
    expect(await events(ref, 'download_refused')).toMatchObject([
      { by: 'eve', details: { code: 'permission_required', via: 'link' } },
    ]);
  });

  test('of a colleague names the report to those who would have to ask for it as well', async () => {
    const { deployment, linkTo, refused } = setUp();
    const ref = await deployment.createReady(ada, { report: 'orders' });
    expect((await refused(await linkTo(ref), eve)).extensions).toEqual({ reportId: 'orders', reportTitle: 'Orders' });
  });

  test('to several files says how many, and that is no refusal; with a part it is that one', async () => {
    const { deployment, linkTo, refused, open } = setUp();
    const ref = await deployment.createReadyInPartFiles([1, 2]);
    const token = await linkTo(ref);
    expect(await refused(token)).toMatchObject({
      code: 'part_required',
      extensions: { exportId: ref.exportId, reportTitle: 'Guests', partFiles: 2 },
    });
    expect((await refused(token, val, 3)).issues).toEqual([{ pointer: '/part', message: 'must be from 1 to 2' }]);
    expect((await open(token, val, 2)).download).toMatchObject({ fileName: 'guests-part-2-of-2.csv', part: 2 });
    expect((await deployment.store.events(ref.exportId)).slice(-2)).toMatchObject([
      { type: 'ready' },
      { type: 'downloaded', details: { via: 'link', part: 2 } },
    ]);
    expect((await refused(token, eve, 1)).code).toBe('permission_required');
  });

  test('ends with the report’s permission, for its requester and recipient alike', async () => {
    const { deployment, linkTo, refused, open } = setUp();
    await deployment.stores.memberships.put(caller('mel', 'admin'));
    const ref = await deployment.createReady(ada, { report: 'orders', notify: ['mel@acme.test'] });
    const token = await linkTo(ref, 'mel');
    for (const by of [caller('ada', 'member'), caller('mel', 'viewer')]) {
      expect(await refused(token, by)).toMatchObject({
        code: 'permission_revoked',
        extensions: { exportId: ref.exportId, reportId: 'orders', reportTitle: 'Orders' },
      });
    }
    await open(token, ada);
  });

  test('says the same of another account’s export, an erased one and one that never was', async () => {
    const { deployment, linkTo, refused } = setUp();
    const ref = await deployment.createReady();
    const token = await linkTo(ref);
    const never = { accountId: 'acme', exportId: exportId(99), recipientUserId: 'val', expiresAt: T0 + DAY };
    const foreign = await refused(token, caller('val', 'owner', 'globex'));
    const absent = await refused(await links.sign(never));
    await deployment.store.erase(ref, { by: 'val', at: T0 });
    const erased = await refused(token);
    expect([foreign.code, absent.code, erased.code]).toEqual(Array(3).fill('not_found'));
    expect(new Set([foreign, absent, erased].map(({ message }) => message)).size).toBe(1);
    expect([foreign, absent, erased].map(({ extensions }) => extensions)).toEqual([{}, {}, {}]);
  });

  test.each(['', '.', 'x'.repeat(5_000), 'e30.e30'])('that is none is invalid: %s', async (token) => {
    expect((await setUp().refused(token)).code).toBe('link_invalid');
  });
});

describe('of several problems the first is told', () => {
  test('permission, then the switch, then the file, then the link', async () => {
    const { deployment, linkTo, refused } = setUp();
    const ref = await deployment.createReady();
    const token = await linkTo(ref);
    const { expiresAt = 0 } = await deployment.find(ref);
    deployment.advance(expiresAt - deployment.clock.now());
    deployment.flags.allowDownloads = false;
    expect((await refused(token, eve)).code).toBe('permission_required');
    expect((await refused(token)).code).toBe('downloads_disabled');
    deployment.flags.allowDownloads = true;
    expect(await refused(token)).toMatchObject({
      code: 'file_expired',
      extensions: {
        exportId: ref.exportId,
        reportTitle: 'Guests',
        fileAvailable: false,
        expiredAt: new Date(expiresAt).toISOString(),
      },
    });
  });

  test('a link ends at the very instant of its expiry, while the file is still there', async () => {
    const { deployment, refused, open } = setUp();
    const ref = await deployment.createReady();
    const expiresAt = T0 + DAY;
    const token = await links.sign({ ...ref, recipientUserId: 'val', expiresAt });
    deployment.advance(DAY - 1);
    await open(token);
    deployment.advance(1);
    const problem = await refused(token);
    expect(problem).toMatchObject({
      code: 'link_expired',
      extensions: {
        exportId: ref.exportId,
        reportTitle: 'Guests',
        fileAvailable: true,
        expiredAt: new Date(expiresAt).toISOString(),
      },
    });
    expect(problem.message).toContain('still there');
  });

  test('an expired link comes before a file that is not ready, which says why', async () => {
    const { deployment, linkTo, refused } = setUp();
    const queued = await deployment.createQueued();
    const failed = await deployment.createRunning();
    const failing = { to: 'failed', failure: failureOf('too_large') } as const;
    await deployment.store.end(failed, failing, { kind: 'claim', claim: failed.claim }, { by: 'worker', at: T0 });
    const tokens = await Promise.all([linkTo(queued), linkTo(failed)]);
    const [waiting, ended] = await Promise.all(tokens.map((token) => refused(token)));
    expect([waiting?.code, ended?.code]).toEqual(['not_ready', 'not_ready']);
    expect(waiting?.message).toContain('waiting for its turn');
    expect(ended?.message).toContain('failed and has no file');
    deployment.advance(LINK_LIFETIME_MS);
    for (const token of tokens) {
      expect(await refused(token)).toMatchObject({ code: 'link_expired', extensions: { fileAvailable: false } });
    }
  });
});
