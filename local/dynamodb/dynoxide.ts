import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Between asking for a free port and binding it, another process may take it. */
const MAX_PORT_TRIES = 3;

/** SIGTERM gives it time to close its file; a second is a hundred times what it needs. */
const STOP_TIMEOUT_MS = 1_000;

/**
 * Runs the database and, beside it, a watcher that ends it when standard input closes: the operating system closes it
 * even when this process is killed, so no orphan keeps the file.
 */
const RUN_WHILE_STDIN_IS_OPEN =
  'exec 3<&0; "$@" & child=$!; (cat <&3 >/dev/null; kill $child 2>/dev/null) & wait $child';

/** A running dynoxide, the DynamoDB in one binary. */
export interface Dynoxide {
  readonly endpoint: URL;
  stop(): Promise<void>;
}

export interface DynoxideOptions {
  /** The file the data is kept in. */
  readonly file: string;
  /** Called when it ends without having been stopped. */
  readonly onDeath: (error: Error) => void;
}

/**
 * Starts dynoxide on a free loopback port.
 * @throws Error on platforms for which it does not come from npm
 */
export async function startDynoxide(options: DynoxideOptions): Promise<Dynoxide> {
  const binary = locateBinary();
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const child = spawn(
      '/bin/sh',
      ['-c', RUN_WHILE_STDIN_IS_OPEN, 'dynoxide', binary, 'serve', '--port', String(port), '--db-path', options.file],
      // In its own process group, so that Ctrl-C in the terminal leaves it up until everyone has written their last.
      { stdio: ['pipe', 'ignore', 'pipe'], detached: true },
    );
    try {
      await listening(child);
    } catch (error) {
      if (tries === MAX_PORT_TRIES) throw error;
      continue;
    }
    return supervise(child, new URL(`http://127.0.0.1:${port}`), options.onDeath);
  }
}

function supervise(child: ChildProcess, endpoint: URL, onDeath: (error: Error) => void): Dynoxide {
  const exited = once(child, 'exit');
  let isStopping = false;
  child.once('exit', (code, signal) => {
    if (!isStopping) onDeath(new Error(`DynamoDB (dynoxide) ended unexpectedly: ${signal ?? `exit code ${code}`}`));
  });
  return {
    endpoint,
    async stop() {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const group = -(child.pid ?? 0);
      child.stdin?.end();
      const timer = setTimeout(() => process.kill(group, 'SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** Resolves when it accepts connections; rejects with what it said when it ends instead. */
async function listening(child: ChildProcess): Promise<void> {
  const { stderr } = child;
  if (!stderr) throw new Error('dynoxide was started without a pipe for its messages');
  const said: string[] = [];
  const ready = new Promise<void>((resolve) => {
    createInterface(stderr).on('line', (line) => {
      said.push(line);
      if (line.includes('listening on')) resolve();
    });
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`DynamoDB (dynoxide) did not start (exit code ${code}): ${said.join(' ')}`);
  });
  await Promise.race([ready, ended]);
  // From here on its end is reported by the supervisor.
  ended.catch(() => undefined);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no loopback port is free');
  return address.port;
}

function locateBinary(): string {
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${process.platform}-${process.arch}/dynoxide`);
  } catch {
    throw new Error(
      `DynamoDB runs from npm on linux-x64 only, and this is ${process.platform}-${process.arch}. ` +
        'Start any DynamoDB-compatible server and set WAYBILL_DYNAMODB_ENDPOINT to its address.',
    );
  }
}
