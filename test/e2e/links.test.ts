// @module-tag forged-links
// @module-tag link-key-rotation
// @module-tag links-are-locators
// @module-tag mail-scanners
// @module-tag presigned-urls
// @module-tag downloads-audited
// @module-tag demoted-while-running
// @module-tag part-by-part
// @module-tag token-stays-behind

import { GetSecretValueCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DownloadView } from '../../core/contract/download-schemas.ts';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import type { PartFilesWaybill } from '../../core/domain/waybill.ts';
import { sampleUserNamed } from '../../local/sample-users.ts';
import { DAY, HOUR } from '../support/exports.ts';
import { ReadyExports } from './authorization/ready-exports.ts';
import { linkKeysArn, linkTokenFor, operatorConfig } from './operator.ts';
import { sha256, startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
let readyExports: ReadyExports;

beforeAll(async () => {
  // Enough for a task that can be seen running.
  cloud = await startTestCloud({ acmeOrders: 100_000 });
  readyExports = new ReadyExports(cloud);
}, 600_000);
afterAll(async () => {
  readyExports?.stop();
  await cloud?.stop();
});

function readyFor(userName: string, fileName?: string): Promise<ExportId> {
  const { accountId, id: userId, email, name } = sampleUserNamed(userName);
  return readyExports.add(accountId, { userId, email, name }, { expiresAt: cloud.clock.now() + 30 * DAY }, fileName);
}

const tokenFor = (exportId: ExportId, livesMs?: number) => linkTokenFor(cloud, exportId, livesMs);

async function currentKeyId(): Promise<string | undefined> {
  const client = new SecretsManagerClient(operatorConfig(cloud));
  const { VersionId } = await client.send(new GetSecretValueCommand({ SecretId: linkKeysArn(cloud) }));
  client.destroy();
  return VersionId;
}

/** Longer than a warm function believes the keys that it has read. */
const forgetKeys = () => cloud.advance(301);

/** A month passes, and with it the key of links. */
async function advanceMonth(): Promise<void> {
  const before = await currentKeyId();
  await cloud.advance((30 * DAY) / 1000);
  await expect.poll(currentKeyId, { timeout: 20_000 }).not.toBe(before);
  await forgetKeys();
}

type Opened = DownloadView & Pick<ProblemView, 'code' | 'exportId' | 'reportTitle' | 'expiredAt' | 'fileAvailable'>;

const open = (token: unknown, user = 'val') => cloud.call<Opened>(user, 'POST', '/v1/downloads', { body: { token } });
const issue = (id: string, user = 'val') => cloud.call<Opened>(user, 'POST', `/v1/exports/${id}/download-links`);
const viewOf = async (id: string) => (await cloud.call<ExportView>('olga', 'GET', `/v1/exports/${id}`)).body;

async function eventsOf(id: string) {
  type Events = { data: { type: string; by: string; details: Record<string, unknown> }[] };
  return (await cloud.call<Events>('olga', 'GET', `/v1/exports/${id}/events`)).body.data;
}

describe('the URL that a download gets', () => {
  test('is refused after 61 seconds, while the link gives a new one', async () => {
    const id = await readyFor('val');
    const token = await tokenFor(id);
    const first = await open(token);
    expect(first.status).toBe(201);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(first.body).toMatchObject({ exportId: id, reportTitle: 'Guest list', fileName: 'orders.csv' });
    const secondsLeft = (Date.parse(first.body.expiresAt) - cloud.clock.now()) / 1000;
    expect(secondsLeft).toBeGreaterThan(50);
    expect(secondsLeft).toBeLessThanOrEqual(60);
    expect((await fetch(first.body.url)).status).toBe(200);
    await cloud.advance(61);
    expect((await fetch(first.body.url)).status).toBe(403);
    expect((await fetch((await open(token)).body.url)).status).toBe(200);
  });

  test('is reached by who follows the redirect with a token, which goes no further', async () => {
    const id = await readyFor('val');
    const headers = { authorization: `Bearer ${await cloud.issueToken(sampleUserNamed('val'))}` };
    const followed = await fetch(`${cloud.origin}/v1/exports/${id}/download`, { headers });
    expect([followed.status, followed.redirected, await followed.text()]).toEqual([200, true, '{}']);
    expect(new URL(followed.url).origin).not.toBe(cloud.origin);
    // With it, there would be two who vouch for the same request.
    const { body } = await issue(id);
    const refused = await fetch(body.url, { headers });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('<Code>InvalidArgument')]);
  });

  test('serves ranges', async () => {
    const { body } = await issue(await readyFor('val'));
    const part = await fetch(body.url, { headers: { range: 'bytes=1-1' } });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1-1/2', '}']);
  });

  test('has the file’s name pinned, whatever is in it', async () => {
    const name = 'Gäste "2026"\r\nSet-Cookie: a=b; filename=x.exe/../名単.csv';
    const { status, body } = await issue(await readyFor('val', name));
    expect([status, body.fileName]).toEqual([201, name]);
    const { headers } = await fetch(body.url);
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const disposition = headers.get('content-disposition') ?? '';
    expect(disposition).toMatch(/^attachment; filename="G_ste _2026___Set-Cookie: a=b; filename=x.exe_.._/);
    expect(decodeURIComponent(disposition.split("filename*=UTF-8''")[1] ?? '')).toBe(name.replace(/[\r\n/]/g, '_'));
    const renamed = new URL(body.url);
    renamed.searchParams.set('response-content-disposition', 'attachment; filename="invoice.exe"');
    expect((await fetch(renamed)).status).toBe(403);
  });

  test('is counted and audited once each, by whichever way', async () => {
    const id = await readyFor('val');
    await open(await tokenFor(id));
    await issue(id, 'ada');
    expect((await viewOf(id)).file?.downloadCount).toBe(2);
    const downloads = (await eventsOf(id)).filter(({ type }) => type === 'downloaded');
    expect(downloads.map(({ by, details }) => [by, details.via])).toEqual([
      ['usr_val', 'link'],
      ['usr_ada', 'api'],
    ]);
  });
});

describe('an export of several files', () => {
  const rows = [3, 1, 2];
  const several = () => {
    const { accountId, id: userId, email, name } = sampleUserNamed('val');
    return readyExports.addPartFiles(accountId, { userId, email, name }, rows);
  };
  type Several = Opened & Pick<ProblemView, 'detail' | 'partFiles' | 'errors'>;
  const ask = (method: string, path: string, body?: object) => cloud.call<Several>('val', method, path, { body });

  test('is fetched part by part, each under its own name, complete by the SHA-256 of the waybill', async () => {
    const id = await several();
    const { body: waybill } = await cloud.call<PartFilesWaybill>('val', 'GET', `/v1/exports/${id}/waybill`);
    expect(waybill).toMatchObject({ schemaVersion: 2, file: { rows: 6 } });
    for (const [index, listed] of waybill.files.entries()) {
      const { status, body } = await ask('POST', `/v1/exports/${id}/download-links?part=${index + 1}`);
      expect([status, body.part, body.partFiles, body.sha256]).toEqual([201, index + 1, 3, listed.sha256]);
      const fetched = await fetch(body.url);
      expect(fetched.headers.get('content-disposition')).toContain(`part-${index + 1}-of-3.csv"`);
      const bytes = Buffer.from(await fetched.arrayBuffer());
      expect([sha256(bytes), bytes.length]).toEqual([listed.sha256, listed.bytes]);
      expect(bytes.toString().split('\r\n')).toHaveLength((rows[index] ?? 0) + 2);
    }
    const redirect = await ask('GET', `/v1/exports/${id}/download?part=2`);
    expect(redirect.status).toBe(302);
    expect((await fetch(redirect.headers.get('location') ?? '')).headers.get('content-length')).toBe(
      String(waybill.files[1]?.bytes),
    );
    const opened = await ask('POST', '/v1/downloads', { token: await tokenFor(id), part: 3 });
    expect([opened.status, opened.body.part, opened.body.fileName]).toEqual([201, 3, waybill.files[2]?.name]);
    const lines = (await eventsOf(id)).map(({ type, details }) => [type, details.via, details.part]);
    expect(lines).toEqual([...[1, 2, 3, 2].map((part) => ['downloaded', 'api', part]), ['downloaded', 'link', 3]]);
    expect((await viewOf(id)).file).toMatchObject({ partFiles: 3, rows: 6, downloadCount: 5 });
  });

  test('asks which one it is to be, and says which there are', async () => {
    const id = await several();
    const token = await tokenFor(id);
    for (const answer of [
      await ask('GET', `/v1/exports/${id}/download`),
      await ask('POST', `/v1/exports/${id}/download-links`),
      await ask('POST', '/v1/downloads', { token }),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([409, 'part_required']);
      expect(answer.body).toMatchObject({ exportId: id, reportTitle: 'Guest list', partFiles: 3 });
      expect(answer.body.detail).toContain('part=1 to 3');
    }
    for (const [answer, message] of [
      [await ask('GET', `/v1/exports/${id}/download?part=4`), 'must be from 1 to 3'],
      [await ask('GET', `/v1/exports/${id}/download?part=0`), 'must be a whole number from 1'],
      [await ask('POST', `/v1/exports/${id}/download-links?part=1e9`), 'must be a whole number from 1'],
      [await ask('POST', '/v1/downloads', { token, part: 4 }), 'must be from 1 to 3'],
    ] as const) {
      expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed']);
      expect(answer.body.errors).toEqual([{ pointer: '/part', message }]);
    }
    expect((await ask('POST', '/v1/downloads', { token, part: 1.5 })).status).toBe(422);
    expect(await eventsOf(id)).toEqual([]);
  });

  test('of which there is one: it is part 1, and has no other', async () => {
    const id = await readyFor('val');
    expect((await ask('POST', `/v1/exports/${id}/download-links?part=1`)).status).toBe(201);
    const none = await ask('POST', `/v1/exports/${id}/download-links?part=2`);
    expect(none.body.errors).toEqual([{ pointer: '/part', message: 'must be 1: this export is one file' }]);
  });
});

describe('a link', () => {
  test('past its expiry, to a file that is gone, and to one that is not ready: three different answers', async () => {
    const ready = await readyFor('val');
    const shortLived = await tokenFor(ready, HOUR);
    const removed = await tokenFor(await readyFor('val'), 60 * DAY);
    await cloud.advance(HOUR / 1000);
    const expired = await open(shortLived);
    expect([expired.status, expired.body.code]).toEqual([410, 'link_expired']);
    expect(expired.body).toMatchObject({ exportId: ready, reportTitle: 'Guest list', fileAvailable: true });

    await cloud.setFlags({ runWorkers: false });
    const { body: queued } = await cloud.create('val', { report: 'guest-list', filters: { event: '1003' } });
    const early = await open(await tokenFor(queued.id as ExportId));
    expect([early.status, early.body.code]).toEqual([409, 'not_ready']);
    await cloud.setFlags({});
    expect((await cloud.ended('val', queued.id)).status).toBe('ready');

    await advanceMonth();
    const gone = await open(removed);
    expect([gone.status, gone.body.code, gone.body.fileAvailable]).toEqual([410, 'file_expired', false]);
    expect(Date.parse(gone.body.expiredAt ?? '')).toBeLessThanOrEqual(cloud.clock.now());
  }, 120_000);

  test('changes nothing when a mail scanner opens its address, ten times', async () => {
    const id = await readyFor('val');
    const address = `${cloud.origin}/download/${await tokenFor(id)}`;
    const before = [await viewOf(id), await eventsOf(id)];
    for (let n = 0; n < 10; n += 1) {
      for (const method of ['HEAD', 'GET']) await (await fetch(address, { method })).arrayBuffer();
    }
    expect([await viewOf(id), await eventsOf(id)]).toEqual(before);
  });

  test('of a colleague, of another account, or of nobody is told apart no further than it may be', async () => {
    const id = await readyFor('val');
    const token = await tokenFor(id);
    const colleague = await open(token, 'mel');
    expect([colleague.status, colleague.body.code]).toEqual([403, 'permission_required']);
    expect([colleague.body.reportTitle, colleague.body.exportId]).toEqual(['Guest list', undefined]);
    const foreign = await open(token, 'gus');
    expect([foreign.status, foreign.body.code]).toEqual([404, 'not_found']);
    const unsigned = await cloud.call('val', 'POST', '/v1/downloads', { body: { token }, token: null });
    expect(unsigned.status).toBe(401);
    const refused = (await eventsOf(id)).filter(({ type }) => type === 'download_refused');
    expect(refused.map(({ by, details }) => ({ by, ...details }))).toEqual([
      { by: 'usr_mel', code: 'permission_required', via: 'link' },
    ]);
  });

  test('that is not whole, changed or far too long is refused, and says so', async () => {
    const token = await tokenFor(await readyFor('val'));
    const changed = `${token.slice(0, 10)}${token[10] === 'A' ? 'B' : 'A'}${token.slice(11)}`;
    for (const text of [
      '',
      'x',
      token.slice(0, -1),
      `${token}A`,
      changed,
      'a'.repeat(1_025),
      `${token}${'.'.repeat(60_000)}`,
    ]) {
      const { status, body } = await open(text);
      expect([status, body.code], text.slice(0, 80)).toEqual([400, 'link_invalid']);
    }
    expect((await open('a'.repeat(70_000))).status).toBe(413);
    expect((await open(42)).status).toBe(422);
    expect((await cloud.call('val', 'POST', '/v1/downloads', { body: {} })).status).toBe(422);
  });
});

describe('the key of links', () => {
  async function rotate(): Promise<void> {
    const client = new SecretsManagerClient(operatorConfig(cloud));
    await client.send(new RotateSecretCommand({ SecretId: linkKeysArn(cloud) }));
    await cloud.secrets.rotation.settled();
    client.destroy();
    await forgetKeys();
  }

  test('replaced once, leaves the links that are out; replaced twice, ends them', async () => {
    const id = await readyFor('val');
    const old = await tokenFor(id);
    expect((await open(old)).status).toBe(201);
    await rotate();
    const fresh = await tokenFor(id);
    expect((await open(old)).status).toBe(201);
    expect((await open(fresh)).status).toBe(201);
    await rotate();
    const { status, body } = await open(old);
    expect([status, body.code]).toEqual([400, 'link_invalid']);
    expect((await open(fresh)).status).toBe(201);
  });

  test('is replaced by itself every 30 days', async () => {
    const old = await tokenFor(await readyFor('val'));
    await advanceMonth();
    // Still a link that was sent, though long expired.
    expect((await open(old)).body.code).toBe('file_expired');
    await advanceMonth();
    expect((await open(old)).body.code).toBe('link_invalid');
  });
});

describe('a requester who loses the report while it runs', () => {
  test('gets a complete export that they may not download; an admin may', async () => {
    const { body } = await cloud.create('ada', { report: 'orders' });
    let demoted: Promise<unknown> | undefined;
    const view = await cloud.ended('olga', body.id, ({ status }) => {
      if (status === 'running') demoted ??= cloud.members.set(sampleUserNamed('ada'), 'member');
    });
    expect(demoted).toBeDefined();
    await demoted;
    expect([view.status, view.file?.rows]).toEqual(['ready', 100_000]);
    const refused = await issue(body.id, 'ada');
    expect([refused.status, refused.body.code]).toEqual([403, 'permission_revoked']);
    expect((await cloud.call<ProblemView>('ada', 'GET', `/v1/exports/${body.id}/download`)).body.code).toBe(
      'permission_revoked',
    );
    const { body: link } = await issue(body.id, 'olga');
    const file = await fetch(link.url);
    expect((await file.arrayBuffer()).byteLength).toBe(link.bytes);
    expect((await eventsOf(body.id)).filter(({ type }) => type === 'download_refused')).toHaveLength(1);
    await cloud.members.set(sampleUserNamed('ada'), 'admin');
  }, 120_000);
});
