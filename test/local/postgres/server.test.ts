import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { DataDirectoryInUseError } from '../../../local/postgres/leftovers.ts';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../../local/postgres/server.ts';
import { PATIENCE } from '../../support/patience.ts';
import { temporaryDirectory } from './temporary-directory.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;

async function start(directory: string, options: Partial<PostgresOptions> = {}): Promise<PostgresServer> {
  const server = await startPostgres({ directory, log: () => undefined, ...options });
  onTestFinished(() => server.stop());
  return server;
}

async function query(url: string, statement: string): Promise<unknown[][]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: statement, rowMode: 'array' })).rows as unknown[][];
  } finally {
    await client.end();
  }
}

const addRow = 'create table if not exists kept (n int); insert into kept values (1)';

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A process of its own that runs a server on `directory`. */
async function startHost(directory: string): Promise<{ host: ChildProcess; port: number }> {
  const host = spawn(process.execPath, [join(import.meta.dirname, 'host.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!host.stdout) throw new Error('The host has no output');
  const [line] = (await once(host.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  onTestFinished(async () => {
    host.kill('SIGKILL');
    await untilEnded(directory);
  });
  return { host, port };
}

/** The lock file is the last thing a server removes. */
async function untilEnded(directory: string): Promise<void> {
  const lockFile = join(directory, 'data', 'postmaster.pid');
  await vi.waitFor(() => expect(existsSync(lockFile)).toBe(false), { timeout: 30_000 });
}

function postmasterPid(directory: string): number {
  return Number(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Kills the host and the shell that would end its server: what is left is an orphan. */
async function orphanServer({ host }: { host: ChildProcess }): Promise<void> {
  const children = readdirSync('/proc').filter((entry) => {
    try {
      const [, name, parent] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8')) ?? [];
      return name === 'sh' && Number(parent) === host.pid;
    } catch {
      return false;
    }
  });
  for (const pid of children) process.kill(Number(pid), 'SIGKILL');
  host.kill('SIGKILL');
  await once(host, 'exit');
}

test('answers on the loopback address, with the settings reports rely on', async () => {
  const server = await start(temporaryDirectory());
  const settings = await query(
    server.adminUrl,
    `select current_setting('listen_addresses'), current_setting('TimeZone'), current_setting('fsync'),
            current_setting('server_encoding'), 'a' < 'B'`,
  );
  expect(settings).toEqual([['127.0.0.1', 'UTC', 'on', 'UTF8', false]]);
  expect(await answers(server.port)).toBe(true);
});

test('wants the password', async () => {
  const server = await start(temporaryDirectory());
  const wrong = server.adminUrl.replace(/:[0-9a-f]+@/, ':guess@');
  await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test('a second start finds the first one’s data, under the same password', async () => {
  const directory = temporaryDirectory();
  const first = await start(directory);
  await query(first.adminUrl, addRow);
  await first.stop();
  expect(await answers(first.port)).toBe(false);

  const second = await start(directory, { port: first.port });
  expect(second.adminUrl).toBe(first.adminUrl);
  expect(await query(second.adminUrl, 'select n from kept')).toEqual([[1]]);
});

test('recovers committed rows after a crash, on the same port', async () => {
  const server = await start(temporaryDirectory());
  await query(server.adminUrl, `${addRow}; checkpoint`);
  await query(server.adminUrl, `set synchronous_commit = on; ${addRow}`);
  await server.crash();
  expect(await answers(server.port)).toBe(false);

  await server.restart();
  expect(await query(server.adminUrl, 'select count(*)::int from kept')).toEqual([[2]]);
});

test('restart ends a running server first, and stop may be called twice', async () => {
  const directory = temporaryDirectory();
  const server = await start(directory);
  const before = postmasterPid(directory);
  await server.restart();
  expect(postmasterPid(directory)).not.toBe(before);
  await server.stop();
  await server.stop();
  expect(await answers(server.port)).toBe(false);
});

test('says so when the server ends by itself', async () => {
  const directory = temporaryDirectory();
  const log = vi.fn();
  await start(directory, { log });
  process.kill(postmasterPid(directory), 'SIGQUIT');
  await vi.waitFor(
    () => expect(log).toHaveBeenCalledWith(expect.stringContaining('PostgreSQL ended by itself')),
    PATIENCE,
  );
});

test('a taken port is named in the error', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(start(temporaryDirectory(), { port })).rejects.toThrow(/Address already in use/);
});

test('the server ends when its host is killed', async () => {
  const directory = temporaryDirectory();
  const { host, port } = await startHost(directory);
  host.kill('SIGKILL');
  await untilEnded(directory);
  expect(await answers(port)).toBe(false);
});

test('a directory in use by a living process is refused, and that process is left alone', async () => {
  const directory = temporaryDirectory();
  const { host, port } = await startHost(directory);
  const refusal = start(directory);
  await expect(refusal).rejects.toThrow(DataDirectoryInUseError);
  await expect(refusal).rejects.toThrow(`process ${host.pid}`);
  expect(await answers(port)).toBe(true);
});

test('a server orphaned by its host is ended and replaced', async () => {
  const directory = temporaryDirectory();
  const orphan = await startHost(directory);
  await orphanServer(orphan);
  expect(await answers(orphan.port)).toBe(true);

  const server = await start(directory);
  expect(await answers(orphan.port)).toBe(false);
  expect(await query(server.adminUrl, 'select 1')).toEqual([[1]]);
});

test('sessions that outlive a killed postmaster do not stop the next start', async () => {
  const directory = temporaryDirectory();
  const server = await start(directory);
  const busy = new Client({ connectionString: server.adminUrl });
  busy.on('error', () => undefined);
  await busy.connect();
  // A loop inside one statement does not notice that its postmaster is gone.
  const endless = busy.query(`do $$ begin loop perform 1; end loop; end $$`).catch(() => undefined);
  const other = await query(server.adminUrl, `select count(*)::int from pg_stat_activity where query like 'do %'`);
  expect(other).toEqual([[1]]);
  process.kill(postmasterPid(directory), 'SIGKILL');
  await vi.waitFor(async () => expect(await answers(server.port)).toBe(false));

  const next = await start(directory);
  await endless;
  expect(await query(next.adminUrl, 'select 1')).toEqual([[1]]);
});

test('a stale lock file that names another program’s process is no obstacle', async () => {
  const directory = temporaryDirectory();
  const first = await start(directory);
  await first.crash();
  const { uid, gid } = statSync(join(directory, 'data'));
  const stranger = spawn('sleep', ['60'], { uid, gid, cwd: '/' });
  onTestFinished(() => void stranger.kill());
  const lockFile = join(directory, 'data', 'postmaster.pid');
  writeFileSync(lockFile, `${stranger.pid}\n${join(directory, 'data')}\n`);

  const second = await start(directory);
  expect(await query(second.adminUrl, 'select 1')).toEqual([[1]]);
  expect(stranger.exitCode).toBeNull();
});

test('an interrupted creation of the cluster is begun anew', async () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'data.creating'));
  writeFileSync(join(directory, 'data.creating', 'PG_VERSION'), '18');
  const server = await start(directory);
  expect(await query(server.adminUrl, 'select 1')).toEqual([[1]]);
});

test('a directory that the unprivileged user cannot enter works for root too', async () => {
  const closed = temporaryDirectory(0o700);
  const directory = join(closed, '.waybill');
  const sharedDirectory = join(temporaryDirectory(), 'shared');
  const first = await start(directory, { sharedDirectory });
  await query(first.adminUrl, addRow);
  await first.stop();
  expect(lstatSync(join(directory, 'data')).isSymbolicLink()).toBe(isRoot);

  const second = await start(directory, { sharedDirectory });
  expect(await query(second.adminUrl, 'select n from kept')).toEqual([[1]]);
  await second.stop();

  // Deleting the directory is how one starts afresh.
  rmSync(directory, { recursive: true });
  const afresh = await start(directory, { sharedDirectory });
  expect(await query(afresh.adminUrl, `select to_regclass('kept')`)).toEqual([[null]]);
});

test('data that was kept elsewhere goes when its directory has gone', async () => {
  const closed = temporaryDirectory(0o700);
  const sharedDirectory = join(temporaryDirectory(), 'shared');
  const clusters = () => (existsSync(sharedDirectory) ? readdirSync(sharedDirectory).length : 0);
  const first = await start(join(closed, 'first'), { sharedDirectory });
  await start(join(closed, 'second'), { sharedDirectory });
  expect(clusters()).toBe(isRoot ? 2 : 0);

  await first.stop();
  rmSync(join(closed, 'first'), { recursive: true });
  await start(join(closed, 'third'), { sharedDirectory });
  expect(clusters()).toBe(isRoot ? 2 : 0);
});
