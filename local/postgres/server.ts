import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ADMIN_USER, createCluster, programOptions } from './cluster.ts';
import { endLeftovers, HOST_PID_SETTING } from './leftovers.ts';
import { type Placement, placeCluster } from './placement.ts';

const HOST = '127.0.0.1';

/** For a laptop: safe against a crash of server or machine, at the price of at most the last moments' commits. */
const SETTINGS = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  maintenance_work_mem: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Compiling costs more than it saves in statements that are bound by printing rows.
  jit: 'off',
  synchronous_commit: 'off',
  // Nothing replicates from here, so a table's first load needs no log.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
} as const;

const POLL_MS = 25;
const ANSWER_TIMEOUT_MS = 2_000;
/** A recovery from the log may take this long. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;

export interface PostgresOptions {
  /** Keeps the cluster and its log, and is created when missing. */
  readonly directory: string;
  /** @default any free port */
  readonly port?: number;
  /** Takes one line at a time, for people. */
  readonly log: (line: string) => void;
  /**
   * As root only: holds what the server's unprivileged user could not reach in `directory` or in node_modules.
   * @default /var/lib/waybill
   */
  readonly sharedDirectory?: string;
}

/** A running PostgreSQL server. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  /** Connection string of the superuser. */
  readonly adminUrl: string;
  /** Ends it cleanly: sessions are cut, data is flushed. Does nothing when it has ended. */
  stop(): Promise<void>;
  /** Ends it as a crash would: the next start recovers from the log. */
  crash(): Promise<void>;
  /** Starts it again on the same port, after ending it if need be. */
  restart(): Promise<void>;
}

/**
 * Starts PostgreSQL on this machine's loopback address and waits until it answers. When this process ends in any way,
 * even killed, the server ends too; should it not, the next start ends it first.
 * @throws DataDirectoryInUseError when another process runs a server on the same directory
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { log, sharedDirectory = '/var/lib/waybill' } = options;
  const placement = await placeCluster(options.directory, sharedDirectory);
  await endLeftovers(placement.data);
  const password = await createCluster(placement);
  const logFile = join(options.directory, 'postgres.log');
  closeSync(openSync(logFile, 'w'));

  const port = options.port ?? (await freePort());
  const adminUrl = `postgresql://${ADMIN_USER}:${password}@${HOST}:${port}/postgres`;
  let running: ChildProcess | undefined;

  async function start(): Promise<void> {
    const postmaster = spawnPostmaster(placement, port, logFile);
    await once(postmaster, 'spawn');
    const watch = endWithThisProcess(postmaster, placement);
    postmaster.once('exit', () => watch.kill('SIGKILL'));
    await untilAnswering(postmaster, adminUrl, logFile);
    running = postmaster;
    postmaster.once('exit', (code, signal) => {
      if (running !== postmaster) return;
      running = undefined;
      log(`PostgreSQL ended by itself (${signal ?? `exit code ${code}`}); its log is ${logFile}`);
    });
  }

  async function end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const postmaster = running;
    running = undefined;
    if (!postmaster) return;
    const ended = once(postmaster, 'exit');
    postmaster.kill(signal);
    // A checkpoint on a slow disk must not hold the end up: what it would have written is in the log.
    const impatience = setTimeout(() => postmaster.kill('SIGQUIT'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(impatience);
  }

  await start();
  return {
    host: HOST,
    port,
    adminUrl,
    stop: () => end('SIGINT'),
    crash: () => end('SIGQUIT'),
    restart: async () => {
      await end('SIGINT');
      await start();
    },
  };
}

function spawnPostmaster(placement: Placement, port: number, logFile: string): ChildProcess {
  const settings = { ...SETTINGS, port, [HOST_PID_SETTING]: process.pid };
  // The log is the child's own file, not a pipe: it can write to it even when this process is gone.
  const output = openSync(logFile, 'a');
  try {
    return spawn(
      join(placement.programs, 'bin', 'postgres'),
      ['-D', placement.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      // Its own session: Ctrl-C reaches this process alone, which ends things in their order.
      { ...programOptions(placement), stdio: ['ignore', output, output], detached: true },
    );
  } finally {
    closeSync(output);
  }
}

/** Starts a shell that waits for the end of its input, which comes with the end of this process, and then stops the server. */
function endWithThisProcess(postmaster: ChildProcess, placement: Placement): ChildProcess {
  const watch = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'sh', String(postmaster.pid)], {
    ...programOptions(placement),
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.unref();
  return watch;
}

async function untilAnswering(postmaster: ChildProcess, adminUrl: string, logFile: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    // Whatever holds a taken port may accept the connection and say nothing.
    const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: ANSWER_TIMEOUT_MS });
    try {
      await client.connect();
      return await client.end();
    } catch (cause) {
      const ended = postmaster.exitCode !== null || postmaster.signalCode !== null;
      if (ended || Date.now() > deadline) {
        postmaster.kill('SIGQUIT');
        const lastLines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
        throw new Error(`PostgreSQL did not start:\n${lastLines}`, { cause });
      }
      await sleep(POLL_MS);
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
