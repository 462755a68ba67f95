import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/**
 * Makes a directory for one test.
 * @param mode 0o755 lets the server's unprivileged user enter it, 0o700 does not
 */
export function temporaryDirectory(mode: 0o755 | 0o700 = 0o755): string {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-postgres-'));
  chmodSync(directory, mode);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
