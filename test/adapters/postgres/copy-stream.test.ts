// @module-tag worker-memory

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createServer as createTlsServer, connect as openTls } from 'node:tls';
import type { Connection } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { CopyStream } from '../../../adapters/postgres/copy-stream.ts';
import { backendMessage } from '../../support/copy-server.ts';

const ROWS = 5_000;
const rows = Array.from({ length: ROWS }, (_, index) => `${index},${'x'.repeat(index % 300)}`);
const answer = Buffer.concat([
  backendMessage('H', Buffer.alloc(3)),
  ...rows.map((row) => backendMessage('d', `${row}\n`)),
  backendMessage('c', ''),
  backendMessage('C', `COPY ${ROWS}\0`),
]);

async function listening(server: Server): Promise<{ host: string; port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

async function plainSocket(): Promise<Socket> {
  return openSocket(await listening(createServer((socket) => void socket.end(answer))));
}

/** With a key that both know, since a certificate would need a file of its own. */
async function tlsSocket(): Promise<Socket> {
  const psk = randomBytes(32);
  const server = createTlsServer({ ciphers: 'PSK', pskCallback: () => psk }, (socket) => void socket.end(answer));
  return openTls({
    ...(await listening(server)),
    ciphers: 'PSK',
    pskCallback: () => ({ psk, identity: 'test' }),
    checkServerIdentity: () => undefined,
  });
}

test.each([
  ['in plain', plainSocket],
  ['over TLS', tlsSocket],
])('chunks read %s give their memory back once the next are asked for, and not before', async (_, connect) => {
  const socket = await connect();
  onTestFinished(() => void socket.destroy());
  const copy = new CopyStream('COPY');
  // Stands for pg's parser, which keeps what it is given.
  const parsed: Buffer[] = [];
  socket.on('data', (bytes) => {
    parsed.push(bytes);
    if (!Buffer.concat(parsed).includes(`COPY ${ROWS}`)) return;
    copy.handleCommandComplete({ text: `COPY ${ROWS}` });
    copy.handleReadyForQuery();
  });
  copy.submit({ stream: socket, query: () => {} } as unknown as Connection);
  const held = (chunks: readonly Uint8Array[]) => chunks.map(({ buffer }) => buffer.byteLength);
  let before: readonly Uint8Array[] = [];
  const file: string[] = [];
  for await (const chunks of copy) {
    expect(held(before)).toEqual(before.map(() => 0));
    expect(held(chunks)).not.toContain(0);
    file.push(Buffer.concat(chunks).toString('latin1'));
    before = chunks;
  }
  expect(held(before)).toEqual(before.map(() => 0));
  expect(file.length).toBeGreaterThan(5);
  expect(file.join('')).toBe(rows.map((row) => `${row}\r\n`).join(''));
});

test('what comes a little at a time is given out once there is something of it, and the rest at the end', async () => {
  const socket = new PassThrough();
  const copy = new CopyStream('COPY');
  copy.submit({ stream: socket, query: () => {} } as unknown as Connection);
  const given: number[] = [];
  const reading = (async () => {
    for await (const chunks of copy) given.push(chunks.length);
  })();
  for (let row = 0; row < 100; row += 1) {
    socket.emit('data', backendMessage('d', `${'x'.repeat(1023)}\n`));
    await setImmediate();
  }
  expect(given).toEqual([64]);
  socket.emit('data', backendMessage('c', ''));
  copy.handleCommandComplete({ text: 'COPY 100' });
  copy.handleReadyForQuery();
  await reading;
  expect(given).toHaveLength(2);
  expect(copy.rowCount()).toBe(100);
});
