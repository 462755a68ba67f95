// @module-tag bundle-sizes

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { anyEnvironment, measureEvaluation } from '../../bench/cold-start/measure-evaluation.ts';
import { medianOf, pageOf } from '../../bench/cold-start/page.ts';
import { environments, readEnvironment, type Workload } from '../../core/contract/env.ts';

test('every program finds an environment that it accepts', () => {
  for (const workload of Object.keys(environments) as Workload[]) {
    expect(() => readEnvironment(workload, anyEnvironment(workload)), workload).not.toThrow();
  }
});

test('a module is evaluated in a process of its own, with its environment, or the measurement fails', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'waybill-evaluation-'));
  const module = path.join(directory, 'module.mjs');
  writeFileSync(module, "if (process.env.STAGE !== '1') throw new Error('no stage');\n");
  try {
    const { cpuMilliseconds, milliseconds } = await measureEvaluation(module, { STAGE: '1' });
    expect([cpuMilliseconds > 0, milliseconds > 0]).toEqual([true, true]);
    await expect(measureEvaluation(module, {})).rejects.toThrow('no stage');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('the page tells sizes and ratios', () => {
  const evaluation = medianOf([1, 3, 2].map((each) => ({ cpuMilliseconds: each * 10, milliseconds: each })));
  expect(evaluation).toEqual({ cpuMilliseconds: 20, milliseconds: 2 });
  const row = { workload: 'get-export', sizeBytes: 670_400, gzipBytes: 160_000, ...evaluation };
  const page = pageOf([row], { cpuMilliseconds: 2, milliseconds: 1 }, 3);
  expect(page).toContain('| get-export | 670 | 160 | 20 | 10 |');
});
