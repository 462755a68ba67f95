import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { postgresExportSource } from '../../adapters/postgres/source.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';

/** Makes one message of PostgreSQL's protocol. */
export function backendMessage(type: string, payload: Buffer | string): Buffer {
  const body = Buffer.from(payload);
  const header = Buffer.alloc(5);
  header.write(type);
  header.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

const READY = backendMessage('Z', 'T');
const AUTHENTICATED = backendMessage('R', Buffer.alloc(4));
const OID_TEXT = 25;

/**
 * A server that speaks as much of PostgreSQL's protocol as an export needs, and answers its COPY as a test likes: for what a
 * real server never does.
 * @param answerCopy writes the answer, without the final ReadyForQuery
 */
export async function copyServer(answerCopy: (socket: Socket) => void): Promise<ExportSource> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.concat([AUTHENTICATED, READY]));
      socket.on('data', (message) => answer(socket, message.toString('utf8', 5), answerCopy));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const credentials = { host: '127.0.0.1', port, database: 'd', user: 'u', password: 'p', tls: false };
  return postgresExportSource(async () => credentials);
}

function answer(socket: Socket, query: string, answerCopy: (socket: Socket) => void): void {
  if (query.startsWith('COPY')) {
    answerCopy(socket);
  } else if (query.includes('pg_current_snapshot')) {
    socket.write(
      Buffer.concat([rowDescription('id', 'takenAt'), dataRow('1:1:', '0'), backendMessage('C', 'SELECT 1\0')]),
    );
  } else {
    socket.write(Buffer.concat([rowDescription('value'), backendMessage('C', 'SELECT 0\0')]));
  }
  socket.write(READY);
}

function rowDescription(...names: string[]): Buffer {
  const fields = names.map((name) => {
    const facts = Buffer.alloc(18);
    facts.writeUInt32BE(OID_TEXT, 6);
    return Buffer.concat([Buffer.from(`${name}\0`), facts]);
  });
  return backendMessage('T', Buffer.concat([int16(names.length), ...fields]));
}

function dataRow(...values: string[]): Buffer {
  const cells = values.map((value) => Buffer.concat([int32(value.length), Buffer.from(value)]));
  return backendMessage('D', Buffer.concat([int16(values.length), ...cells]));
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
