import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A user of this machine by its numbers. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user to run PostgreSQL as, where this process is root, as which PostgreSQL refuses to run: its own user where the
 * machine has one, else nobody.
 */
export function serverUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
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
export function canEnter(directory: string, user: SystemUser): boolean {
  const { uid, gid, mode } = statSync(directory);
  const search = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & search) === 0) return false;
  return dirname(directory) === directory || canEnter(dirname(directory), user);
}

/** Gives a file or directory to the user the server runs as. */
export function giveTo(user: SystemUser | undefined, path: string): void {
  if (user) chownSync(path, user.uid, user.gid);
}

/** Makes a directory that every user can enter, whatever the umask. */
export function makeReadableFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}
