import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../../local/lock-file.ts';
import { temporaryDirectory } from './temp-dir.ts';

const file = async () => join(await temporaryDirectory(), 'lock');

test('one after the other, whoever fails', async () => {
  const lock = await file();
  const steps: string[] = [];
  const run = (name: string) =>
    withLock(lock, async () => {
      steps.push(`${name} begins`);
      await new Promise(setImmediate);
      steps.push(`${name} ends`);
      if (name === 'b') throw new Error('b failed');
      return name;
    });
  const results = await Promise.allSettled(['a', 'b', 'c'].map(run));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const names = steps.map((step) => step.split(' ')[0]);
  expect(names).toHaveLength(6);
  for (let n = 0; n < names.length; n += 2) expect(names[n]).toBe(names[n + 1]);
  expect(existsSync(lock)).toBe(false);
});

test('waits for a process that lives', async () => {
  const lock = await file();
  let isDone = false;
  let release = () => {};
  const held = withLock(
    lock,
    () =>
      new Promise<void>((resolve) => {
        release = resolve;
      }),
  );
  const second = withLock(lock, async () => {
    isDone = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(isDone).toBe(false);
  release();
  await Promise.all([held, second]);
  expect(isDone).toBe(true);
});

test('does not wait for a process that is gone', async () => {
  const lock = await file();
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(lock, String(pid));
  expect(await withLock(lock, async () => 'mine')).toBe('mine');
});
