import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartUp } from './measurements.ts';

const POLL_MS = 20;
const TIMEOUT_MS = 300_000;
/** Of what it prints at last. */
const READY = 'is ready at';

/** Starts the local cloud as people do, with a state and a port of its own, and again so many times. */
export async function runStartUp(times: number, sampleOrders?: string): Promise<StartUp> {
  const home = mkdtempSync(join(tmpdir(), 'waybill-start-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(home, 0o755);
  try {
    const firstSeconds = await startOnce(home, sampleOrders);
    const laterSeconds: number[] = [];
    for (let time = 0; time < times; time += 1) laterSeconds.push(await startOnce(home, sampleOrders));
    console.info(
      `  first ${firstSeconds.toFixed(1)} s, then ${laterSeconds.map((each) => each.toFixed(1)).join(', ')} s`,
    );
    return { firstSeconds, laterSeconds };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Seconds from the command to the page; the end of it all is waited for, but not counted. */
async function startOnce(home: string, sampleOrders: string | undefined): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn('npm', ['start'], {
    env: {
      ...process.env,
      WAYBILL_HOME: home,
      PORT: String(port),
      ...(sampleOrders !== undefined && { WAYBILL_SAMPLE_ORDERS: sampleOrders }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: it ends as by Ctrl-C in a terminal.
    detached: true,
  });
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  try {
    while (!(await answers(`http://127.0.0.1:${port}/`))) {
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
      if (performance.now() - startedAt > TIMEOUT_MS) throw new Error('npm start did not answer');
      await sleep(POLL_MS);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    // It answers a moment before it can be told to end in good order.
    while (!output.includes(READY) && child.exitCode === null) await sleep(POLL_MS);
    return seconds;
  } finally {
    // npm does not wait for what it has started, which has a database to stop before its state can be used again.
    const group = -(child.pid ?? 0);
    for (let signal: NodeJS.Signals | 0 = 'SIGINT'; isThere(group, signal); signal = 0) await sleep(POLL_MS);
  }
}

/** Sends a signal to a process group; 0 only asks. */
function isThere(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(group, signal);
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    return response.ok && (await response.text()).includes('<div id="root"');
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
