// @module-tag start-and-stop

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ExportListView, ExportView } from '../../core/contract/export-schemas.ts';

const home = mkdtempSync(join(tmpdir(), 'waybill-start-'));
// As root, PostgreSQL runs as another user, who must be able to enter.
chmodSync(home, 0o755);
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Started {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly origin: string;
}

/** Runs what `npm start` runs, until it says that it is ready or ends. */
async function start(port: number): Promise<Started> {
  const child = spawn(process.execPath, ['local/main.ts'], {
    env: { ...process.env, PORT: String(port), WAYBILL_HOME: home, WAYBILL_SAMPLE_ORDERS: '1000,1000' },
    detached: true,
  });
  let text = '';
  const origin = await new Promise<string>((resolve) => {
    const take = (chunk: Buffer) => {
      text += chunk;
      const ready = /ready at (http:\S+)/.exec(text);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', () => resolve(''));
  });
  return { process: child, output: () => text, origin };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function call<Body>(origin: string, path: string, body?: object): Promise<Body> {
  const token = await fetch(`${origin}/local/token`, { method: 'POST', body: '{"user":"ada"}' });
  const { access_token } = (await token.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
  const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
  return (await (await fetch(origin + path, init)).json()) as Body;
}

/** Processes, other than this one, whose command line or open database names the home directory. */
function processesOf(directory: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(directory) ? [`${pid} ${command}`] : [];
      } catch {
        return [];
      }
    });
}

test('starts, exports, stops every child on Ctrl-C, and finds its state again', async () => {
  const port = await freePort();
  const first = await start(port);
  expect(first.output()).toContain('ada');
  const { id } = await call<ExportView>(first.origin, '/v1/exports', { report: 'orders' });
  let view = await call<ExportView>(first.origin, `/v1/exports/${id}`);
  while (view.status === 'queued' || view.status === 'running') view = await call(first.origin, `/v1/exports/${id}`);
  expect(view.status).toBe('ready');
  expect(processesOf(home).length).toBeGreaterThan(0);

  const exited = new Promise<number | null>((resolve) => first.process.once('exit', resolve));
  // A terminal sends SIGINT to the whole foreground group.
  process.kill(-(first.process.pid ?? 0), 'SIGINT');
  expect(await exited).toBe(0);
  expect(processesOf(home)).toEqual([]);

  const second = await start(port);
  const { data } = await call<ExportListView>(second.origin, '/v1/exports');
  expect(data.map((each) => [each.id, each.status, each.file?.sha256])).toEqual([[id, 'ready', view.file?.sha256]]);

  const third = await start(port);
  expect(third.origin).toBe('');
  expect(third.output()).toContain(`Port ${port} is taken`);
  expect(third.output()).toContain('PORT=');

  const stopped = new Promise((resolve) => second.process.once('exit', resolve));
  process.kill(-(second.process.pid ?? 0), 'SIGINT');
  await stopped;
}, 400_000);
