import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestCloud } from '../../test/e2e/test-cloud.ts';
import type { Contestant } from './contestant.ts';
import { type CpuProfile, sharesOf } from './cpu-profile.ts';
import { withTaskEnvironment } from './environments.ts';
import type { Profile } from './measurements.ts';

/** How often V8 looks what it is at, in microseconds. */
const INTERVAL_US = 500;

/**
 * Runs one export with Node's own profiler in its task.
 * @see https://nodejs.org/api/cli.html#--cpu-prof
 */
export async function runProfile(cloud: TestCloud, contestant: Contestant, rows: number): Promise<Profile> {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-profile-'));
  try {
    const options = `--cpu-prof --cpu-prof-dir=${directory} --cpu-prof-interval=${INTERVAL_US}`;
    const run = await withTaskEnvironment(cloud, { NODE_OPTIONS: options }, () => contestant.run(cloud));
    const files = readdirSync(directory);
    if (run === undefined || files.length === 0)
      throw new Error(
        `${contestant.name} wrote no profile: ${rows.toLocaleString('en')} rows have no task of their own`,
      );
    const profiles = files.map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile);
    const { id } = contestant;
    const shares = sharesOf(profiles, sourceFinder(cloud));
    return { id, rows, seconds: run.seconds, workerCpuSeconds: run.cpuSeconds ?? 0, shares };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Finds the file of the repository that a place in the worker's bundle was made from. */
function sourceFinder({ plan }: TestCloud) {
  const directory = plan.taskDefinitions[0]?.containers[0]?.imageDirectory ?? '';
  const bundle = join(directory, 'index.mjs');
  const url = pathToFileURL(bundle).href;
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')));
  return (place: { readonly url: string; readonly line: number; readonly column: number }): string | undefined => {
    if (place.url !== url) return undefined;
    const entry = map.findEntry(place.line, place.column);
    if (!('originalSource' in entry)) return undefined;
    // Written relative to the folder that the bundle was made in, which is gone: what follows the last step up.
    return entry.originalSource.replace(/^(?:.*\/)?\.\.\//, '').replace(`${dirname(bundle)}/`, '');
  };
}
