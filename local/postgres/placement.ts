import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DataDirectoryInUseError, endLeftovers } from './leftovers.ts';
import { findPrograms } from './programs.ts';
import { canEnter, makeReadableFolder, type SystemUser, serverUser } from './system-user.ts';

/** Beside data that is kept elsewhere: the path of the symbolic link that claims it. */
const CLAIM_FILE = 'claimed-by';

/** Where one cluster's programs and data are, and who runs it. */
export interface Placement {
  /** Holds `bin`, `lib` and `share` of PostgreSQL. */
  readonly programs: string;
  /** The data directory, without symbolic links; its parent exists and the user can reach it. */
  readonly data: string;
  /** Whom to become; undefined means to stay who we are. */
  readonly user: SystemUser | undefined;
}

/**
 * Finds a place for the cluster of `directory`: `data` in that directory and the programs where npm put them. As root
 * the server runs as another user, who may not be able to enter either (a clone under /root): then the programs are
 * copied to `sharedDirectory`, and the data is kept there with a symbolic link in `directory`. Data whose link is gone,
 * because its directory was deleted, is deleted too.
 * @throws DataDirectoryInUseError when the directory was deleted under a server that is still running
 */
export async function placeCluster(directory: string, sharedDirectory: string): Promise<Placement> {
  mkdirSync(directory, { recursive: true });
  const home = realpathSync(directory);
  const here = join(home, 'data');
  const user = serverUser();
  const programs = findPrograms(user, sharedDirectory);
  if (!user || canEnter(home, user)) return { programs, data: existsSync(here) ? realpathSync(here) : here, user };

  await deleteUnclaimed(sharedDirectory);
  const folder = join(sharedDirectory, createHash('sha256').update(home).digest('hex').slice(0, 16));
  const elsewhere = join(folder, 'data');
  if (!claims(here, elsewhere)) {
    if (existsSync(elsewhere)) await endLeftovers(elsewhere);
    for (const path of [folder, here]) rmSync(path, { recursive: true, force: true });
    symlinkSync(elsewhere, here);
  }
  makeReadableFolder(sharedDirectory);
  makeReadableFolder(folder);
  writeFileSync(join(folder, CLAIM_FILE), here);
  return { programs, data: elsewhere, user };
}

async function deleteUnclaimed(sharedDirectory: string): Promise<void> {
  if (!existsSync(sharedDirectory)) return;
  for (const name of readdirSync(sharedDirectory)) {
    const folder = join(sharedDirectory, name);
    const data = join(folder, 'data');
    try {
      if (claims(readFileSync(join(folder, CLAIM_FILE), 'utf8'), data)) continue;
      await endLeftovers(data);
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      // Without a claim it is no cluster's folder, or another start is making or deleting it at this moment.
      const noClaim = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!noClaim && !(error instanceof DataDirectoryInUseError)) throw error;
    }
  }
}

function claims(link: string, data: string): boolean {
  return (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() ?? false) && readlinkSync(link) === data;
}
