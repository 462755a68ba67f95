import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import { patience } from '../support/patience.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

const run = promisify(execFile);

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startTestCloud();
}, 600_000);
afterAll(() => cloud.stop(), 120_000);

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** The command line as an operator has it. */
async function ops(...args: string[]): Promise<Outcome> {
  const parameters = ['scripts/ops.ts', ...args, '--local', cloud.origin, '--as', 'olga'];
  try {
    const { stdout, stderr } = await run(process.execPath, parameters);
    return { code: 0, out: stdout, error: stderr };
  } catch (failure) {
    const { code, stdout, stderr } = failure as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, error: stderr };
  }
}

async function json<Value>(...args: string[]): Promise<Value> {
  const { out, error } = await ops(...args, '--json');
  if (out === '') throw new Error(error);
  return JSON.parse(out) as Value;
}
