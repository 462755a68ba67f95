import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Placement } from './placement.ts';
import { giveTo } from './system-user.ts';

/** The superuser of the cluster. */
export const ADMIN_USER = 'postgres';

const PASSWORD_FILE = 'admin-password';

/**
 * What every program of PostgreSQL is started with: as the server's user, in a directory that this user can enter, and
 * without this process's environment, in which PG* variables may mean another server.
 */
export function programOptions({ user }: Placement) {
  return { cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }, ...user };
}

/**
 * Creates the cluster unless it exists: UTF-8, sorted by code point on every machine, with a password of its own.
 * @returns the superuser's password
 */
export async function createCluster(placement: Placement): Promise<string> {
  const { programs, data, user } = placement;
  if (!existsSync(data)) {
    // Made beside and renamed: an interrupted start leaves no half of a cluster.
    const creating = `${data}.creating`;
    const passwordFile = `${data}.password`;
    rmSync(creating, { recursive: true, force: true });
    rmSync(passwordFile, { force: true });
    mkdirSync(creating, { mode: 0o700 });
    writeFileSync(passwordFile, randomBytes(24).toString('hex'), { mode: 0o600 });
    giveTo(user, creating);
    giveTo(user, passwordFile);
    await promisify(execFile)(
      join(programs, 'bin', 'initdb'),
      [
        `--pgdata=${creating}`,
        `--username=${ADMIN_USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        // With checksums, setting a hint bit after the seeding would write a whole page to the log.
        '--no-data-checksums',
        '--no-instructions',
      ],
      programOptions(placement),
    );
    renameSync(passwordFile, join(creating, PASSWORD_FILE));
    renameSync(creating, data);
  }
  return readFileSync(join(data, PASSWORD_FILE), 'utf8');
}
