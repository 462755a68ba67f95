// @module-tag files-across-origins
// @module-tag compressed-in-a-browser

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DownloadView } from '../../core/contract/download-schemas.ts';
import type { OneFileWaybill } from '../../core/domain/waybill.ts';
import { sampleUserNamed } from '../../local/sample-users.ts';
import { sha256 as sha256Of } from '../e2e/test-cloud.ts';
import { WorkingTreeClone } from '../e2e/working-tree-clone.ts';
import { browserTests } from './browser-tests.ts';

/** Somebody's pages, which know Waybill by its API alone. To a browser, the two names of this machine are two origins. */
const pages = createServer((_, response) => {
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>Sales</title>');
}).listen(0, '127.0.0.1');
await once(pages, 'listening');
const { port } = pages.address() as AddressInfo;
const allowed = `http://127.0.0.1:${port}`;
const foreign = `http://localhost:${port}`;

const clone = new WorkingTreeClone();
clone.configure({ allowedOrigins: [allowed] });
const site = browserTests({ root: clone.directory, acmeOrders: 500, globexOrders: 100 });

let token: string;
beforeAll(async () => {
  token = await site.cloud.issueToken(sampleUserNamed('olga'));
});
afterAll(() => {
  pages.closeAllConnections();
  pages.close();
  clone.remove();
});

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Seen {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** In base64. */
  readonly body: string;
  /** What a DecompressionStream makes of it. */
  readonly unpacked?: string;
}

/** What a script of the page gets to see of an answer, or the name of the error that it gets instead. */
function seenBy(page: Page, url: string, asked: Asked = {}): Promise<Seen | string> {
  return page.evaluate(`(async () => {
    const response = await fetch(${JSON.stringify(url)}, ${JSON.stringify(asked)});
    const headers = Object.fromEntries(response.headers);
    const packed = response.clone();
    const body = new Uint8Array(await response.arrayBuffer());
    const isGzip = /gzip/.test(headers['content-type']) && response.status === 200;
    const unpacked = isGzip && (await new Response(packed.body.pipeThrough(new DecompressionStream('gzip'))).text());
    return { status: response.status, headers, body: body.toBase64(), ...(isGzip && { unpacked }) };
  })().catch((error) => error.name)`);
}

async function answerTo(page: Page, url: string, asked: Asked = {}): Promise<Seen> {
  const seen = await seenBy(page, url, asked);
  if (typeof seen === 'string') throw new Error(`${url}: ${seen}`);
  return seen;
}

/** The headers of each request, as the browser's network has them. */
async function headersSent(page: Page): Promise<readonly Readonly<Record<string, string>>[]> {
  const sent: Record<string, string>[] = [];
  const session = await page.context().newCDPSession(page);
  session.on('Network.requestWillBeSentExtraInfo', ({ headers }) => sent.push(headers));
  await session.send('Network.enable');
  return sent;
}

const jsonOf = <Body>({ body }: Seen) => JSON.parse(Buffer.from(body, 'base64').toString('utf8')) as Body;
const withToken = () => ({ authorization: `Bearer ${token}` });
const api = (path: string) => `${site.cloud.origin}/v1/exports${path}`;
const request = { report: 'orders', columns: ['orderId', 'note'], compression: 'gzip' };

/** An export that is ready, and what is recorded of its file. */
async function gzipFile() {
  const { body } = await site.cloud.create('olga', request);
  const { id } = await site.cloud.ended('olga', body.id);
  const waybill = await site.cloud.call<OneFileWaybill>('olga', 'GET', `/v1/exports/${id}/waybill`);
  return { id, file: waybill.body.file, content: await site.cloud.download('olga', id) };
}

async function presigned(id: string): Promise<string> {
  const { body } = await site.cloud.call<DownloadView>('olga', 'POST', `/v1/exports/${id}/download-links`);
  return body.url;
}

describe('a page of an origin that the stage names', () => {
  test('asks for a file, waits for it and reads it with a DecompressionStream, as it was recorded', async () => {
    const page = await site.openElsewhere(allowed);
    const created = await answerTo(page, api(''), {
      method: 'POST',
      headers: { ...withToken(), 'content-type': 'application/json', 'idempotency-key': 'from-a-page' },
      body: JSON.stringify(request),
    });
    expect([created.status, created.headers.location]).toEqual([202, expect.stringMatching(/^\/v1\/exports\/exp_/)]);
    const { id } = jsonOf<{ id: string }>(created);
    await site.cloud.ended('olga', id);
    const ready = await answerTo(page, api(`/${id}`), { headers: withToken() });
    const again = { headers: { ...withToken(), 'if-none-match': ready.headers.etag ?? '' } };
    expect((await answerTo(page, api(`/${id}`), again)).status).toBe(304);

    const { file } = jsonOf<OneFileWaybill>(await answerTo(page, api(`/${id}/waybill`), { headers: withToken() }));
    const link = await answerTo(page, api(`/${id}/download-links`), { method: 'POST', headers: withToken() });
    const { url, sha256 } = jsonOf<DownloadView>(link);
    expect(new URL(url).origin).not.toBe(site.cloud.origin);
    const read = await answerTo(page, url);
    const content = Buffer.from(read.body, 'base64');
    expect(content).toHaveLength(file.bytes);
    expect([sha256, sha256Of(content)]).toEqual([file.sha256, file.sha256]);
    expect(read.unpacked).toBe(gunzipSync(content).toString('utf8'));
    expect(read.unpacked?.split('\n').length).toBeGreaterThan(400);
    expect(read.headers).toMatchObject({
      'content-disposition': expect.stringContaining(file.name),
      'content-length': String(file.bytes),
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(/^"\w+/),
    });
    expect(read.headers['content-encoding']).toBeUndefined();
  });

  test('goes on in the middle', async () => {
    const { id, content } = await gzipFile();
    const page = await site.openElsewhere(allowed);
    const url = await presigned(id);
    const { headers } = await answerTo(page, url, { headers: { range: 'bytes=0-9' } });
    const rest = await answerTo(page, url, { headers: { range: 'bytes=10-', 'if-range': headers.etag ?? '' } });
    expect([rest.status, rest.headers['content-range']]).toEqual([
      206,
      `bytes 10-${content.length - 1}/${content.length}`,
    ]);
    expect(Buffer.from(rest.body, 'base64')).toEqual(content.subarray(10));
  });

  test('does not get there by the redirect, after which it is nobody to S3', async () => {
    const { id } = await gzipFile();
    const page = await site.openElsewhere(allowed);
    const sent = await headersSent(page);
    expect(await seenBy(page, api(`/${id}/download`), { headers: withToken() })).toBe('TypeError');
    const { host } = new URL(await presigned(id));
    await expect.poll(() => sent.filter((headers) => headers.Host === host)).toHaveLength(1);
    const [toS3] = sent.filter((headers) => headers.Host === host);
    expect([toS3?.Origin, toS3?.authorization]).toEqual(['null', undefined]);
    expect(sent.find((headers) => headers.authorization !== undefined)?.Origin).toBe(allowed);
  });

  test('is told by S3 why a URL is no longer good', async () => {
    const { id } = await gzipFile();
    const page = await site.openElsewhere(allowed);
    const url = await presigned(id);
    await site.cloud.advance(61);
    const refused = await answerTo(page, url);
    expect([refused.status, Buffer.from(refused.body, 'base64').toString('utf8')]).toEqual([
      403,
      expect.stringContaining('Request has expired'),
    ]);
  });
});

test('a page of another origin sees neither the API nor a file, though it has the token and the URL', async () => {
  const { id } = await gzipFile();
  const page = await site.openElsewhere(foreign);
  expect(await seenBy(page, api(`/${id}`), { headers: withToken() })).toBe('TypeError');
  const url = await presigned(id);
  expect(await seenBy(page, url)).toBe('TypeError');
  expect(await seenBy(page, url, { headers: { 'if-range': '"a"', range: 'bytes=0-9' } })).toBe('TypeError');
  // That browsers may ask without a token opens nothing.
  expect((await fetch(api(''), { method: 'OPTIONS' })).status).toBe(204);
  expect((await fetch(api(`/${id}`))).status).toBe(401);
  // The same is good for whoever is no page.
  expect((await fetch(url)).status).toBe(200);
});
