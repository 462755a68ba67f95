import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * The mistakes in reports that only the database knows of, a line each with file and line; none when all is well. It is
 * the command a person would run, in a process of its own, so that the local cloud goes on meanwhile.
 * @param root the repository
 * @param signal ends it early, without mistakes
 */
export async function checkReports(
  root: string,
  postgresUrl: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly string[]> {
  const args = [join(root, 'scripts/reports.ts'), 'check', '--url', postgresUrl];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root, signal });
    return [];
  } catch (error) {
    if (signal.aborted) return [];
    const { stderr } = error as { stderr?: string };
    return (stderr ?? String(error)).trim().split('\n');
  }
}
