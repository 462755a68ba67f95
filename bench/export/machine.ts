import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import pg from 'pg';
import type { Machine } from './measurements.ts';

export async function machineOf(postgresUrl: string): Promise<Machine> {
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  return {
    processors: availableParallelism(),
    model: modelOf(),
    memoryGigabytes: Math.round(totalmem() / 1e9),
    kernel: release(),
    node: process.versions.node,
    postgres: rows[0]?.server_version ?? '',
  };
}

/** A virtual machine may hide the model and still tell the clock. */
function modelOf(): string {
  const named = cpus()[0]?.model.trim() ?? '';
  if (named !== '' && named !== 'unknown') return named;
  return /^model name\s*:\s*(.+)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';
}
