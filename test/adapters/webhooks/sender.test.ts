// @module-tag webhook-receivers
// @module-tag webhook-addresses

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { httpWebhookSender } from '../../../adapters/webhooks/sender.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function portOf(server: Server): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const receiver = (listener: RequestListener) => portOf(createServer(listener));

const request = (url: string) => ({ url, headers: { 'webhook-id': 'msg_1' }, body: '{"type":"export.ready"}' });
const local = httpWebhookSender({ allowPrivate: true });

/** A sender whose every name leads to these addresses, and which says how often it asked. */
function resolving(...addresses: string[]) {
  const asked: string[] = [];
  const sender = httpWebhookSender({
    allowPrivate: false,
    resolve: async (hostname) => {
      asked.push(hostname);
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
  });
  return { sender, asked };
}

describe('what arrives', () => {
  test('the body, byte for byte, and the headers, once', async () => {
    const received: object[] = [];
    const port = await receiver(async (incoming, response) => {
      const { method, headers } = incoming;
      received.push({ method, id: headers['webhook-id'], type: headers['content-type'], body: await text(incoming) });
      response.writeHead(204).end();
    });
    const body = '{"name":"Ünïcode – 報告"}';
    const answer = await local.send({ ...request(`http://127.0.0.1:${port}/hook`), body });
    expect(answer).toEqual({ kind: 'answered', status: 204 });
    expect(received).toEqual([{ method: 'POST', id: 'msg_1', type: 'application/json', body }]);
  });

  test('goes to the address that was looked up, whatever the name would lead to a second time', async () => {
    let asked = 0;
    const hosts: unknown[] = [];
    const port = await receiver(({ headers }, response) => {
      hosts.push(headers.host);
      response.end();
    });
    const rebinding = httpWebhookSender({
      allowPrivate: true,
      resolve: async () => {
        asked += 1;
        return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
      },
    });
    const answer = await rebinding.send(request(`http://rebinding.invalid:${port}/`));
    expect(answer).toEqual({ kind: 'answered', status: 200 });
    expect({ asked, hosts }).toEqual({ asked: 1, hosts: [`rebinding.invalid:${port}`] });
  });
});

describe('receivers that do not answer as they should', () => {
  test('a redirect is an answer, and is not followed', async () => {
    const paths: unknown[] = [];
    const port = await receiver(({ url }, response) => {
      paths.push(url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await local.send(request(`http://127.0.0.1:${port}/`))).toEqual({ kind: 'answered', status: 302 });
    expect(paths).toEqual(['/']);
  });

  test('one that never answers is given up', async () => {
    const port = await receiver(() => {});
    const impatient = httpWebhookSender({ allowPrivate: true, timeoutMs: 200 });
    expect(await impatient.send(request(`http://127.0.0.1:${port}/`))).toEqual({
      kind: 'unreachable',
      reason: 'no answer in time',
    });
  });

  test('one that never ends its answer is given up', async () => {
    const port = await receiver((_, response) => void response.writeHead(200).write('still'));
    const impatient = httpWebhookSender({ allowPrivate: true, timeoutMs: 200 });
    expect(await impatient.send(request(`http://127.0.0.1:${port}/`))).toMatchObject({ kind: 'unreachable' });
  });

  test('an answer without end is not read to its end', async () => {
    let written = 0;
    const port = await receiver((_, response) => {
      const write = () => {
        while (!response.destroyed && response.write(Buffer.alloc(4_096))) written += 4_096;
      };
      response.on('drain', write);
      write();
    });
    expect(await local.send(request(`http://127.0.0.1:${port}/`))).toEqual({ kind: 'answered', status: 200 });
    expect(written).toBeLessThan(10_000_000);
  });

  test('a closed port, a closed connection and an unknown name are told apart', async () => {
    const closing = await portOf(createTcpServer((socket) => socket.destroy()));
    const unused = await portOf(createTcpServer());
    open.pop()?.close();
    expect(await local.send(request(`http://127.0.0.1:${unused}/`))).toMatchObject({
      reason: 'the connection was refused',
    });
    expect(await local.send(request(`http://127.0.0.1:${closing}/`))).toMatchObject({
      reason: 'the connection was closed without an answer',
    });
    const lost = httpWebhookSender({
      allowPrivate: false,
      resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    expect(await lost.send(request('https://nowhere.invalid/'))).toMatchObject({
      reason: 'the name could not be resolved',
    });
  });
});

describe('where nothing is sent', () => {
  test.each([['127.0.0.1'], ['169.254.169.254'], ['10.0.0.8'], ['::1'], ['::ffff:169.254.169.254'], ['fd00:ec2::254']])(
    'to a name that leads to %s',
    async (address) => {
      const { sender } = resolving(address);
      expect(await sender.send(request('https://receiver.example/'))).toMatchObject({ kind: 'forbidden' });
    },
  );

  test('to a name of which one address is public and the other is not', async () => {
    const { sender } = resolving('93.184.216.34', '169.254.169.254');
    expect(await sender.send(request('https://receiver.example/'))).toMatchObject({ kind: 'forbidden' });
  });

  test.each([
    ['https://127.0.0.1/'],
    ['https://2130706433/'],
    ['https://0x7f.1/'],
    ['https://[::1]/'],
    ['https://[::ffff:127.0.0.1]/'],
    ['https://169.254.169.254/latest/meta-data/'],
  ])('to %s, however it is written', async (url) => {
    const sender = httpWebhookSender({ allowPrivate: false });
    expect(await sender.send(request(url))).toMatchObject({ kind: 'forbidden' });
  });

  test('without TLS', async () => {
    const { sender, asked } = resolving('93.184.216.34');
    expect(await sender.send(request('http://receiver.example/'))).toMatchObject({ kind: 'forbidden' });
    expect(asked).toEqual([]);
  });
});
