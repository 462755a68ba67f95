import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withLock } from './lock-file.ts';

/** Everything the synthesized stack and its bundles are made from. */
const SOURCES = [
  'package-lock.json',
  'cdk.json',
  '{bin,lib,core,adapters,formats,pipeline,reports,lambdas,sample,worker,web}/**/*',
];

const UNFINISHED = '.unfinished';

const LOCK = 'lock';

/** How long an assembly of older sources is kept. */
const KEPT_MS = 24 * 60 * 60 * 1000;

export interface Assembly {
  readonly directory: string;
  /** The parsed `<stack>.template.json`. */
  readonly template: unknown;
}

/**
 * Synthesizes the stack for stage `local`, as `cdk deploy` would, unless it was synthesized from the same sources before.
 * @param root the repository
 * @param cacheDirectory one folder for each version of the sources; those older than a day are removed
 */
export async function synthesize(root: string, cacheDirectory: string): Promise<Assembly> {
  const directory = join(cacheDirectory, sourceHash(root));
  if (!existsSync(directory)) {
    mkdirSync(cacheDirectory, { recursive: true });
    // All write their bundles to the same folder. Whoever has waited finds the assembly made.
    await withLock(join(cacheDirectory, LOCK), async () => {
      if (!existsSync(directory)) await fill(cacheDirectory, directory, root);
    });
  }
  const [template] = globSync('*.template.json', { cwd: directory });
  if (template === undefined) throw new Error(`There is no template in ${directory}`);
  return {
    directory,
    template: JSON.parse(readFileSync(join(directory, template), 'utf8')),
  };
}

async function fill(cacheDirectory: string, directory: string, root: string): Promise<void> {
  // Younger ones may still be running, e.g. the local cloud beside a test of changed sources.
  const older = readdirSync(cacheDirectory).filter(
    (name) => name !== LOCK && Date.now() - statSync(join(cacheDirectory, name)).mtimeMs > KEPT_MS,
  );
  const unfinished = `${directory}${UNFINISHED}`;
  rmSync(unfinished, { recursive: true, force: true });
  // CloudFormation's own rules take two thirds of the time; `npm run verify` has them checked, for all stages.
  await runCdk(root, ['synth', '--quiet', '--context', 'stage=local', '--no-validation', '--output', unfinished]);
  renameSync(unfinished, directory);
  for (const name of older) rmSync(join(cacheDirectory, name), { recursive: true, force: true });
}

function sourceHash(root: string): string {
  const hash = createHash('sha256');
  const files = globSync(SOURCES, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** @throws Error with what the CDK printed */
async function runCdk(root: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(
      join(root, 'node_modules/.bin/cdk'),
      [...args, '--no-notices', '--no-version-reporting'],
      {
        cwd: root,
        maxBuffer: 64 * 1024 * 1024,
      },
    );
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The stack could not be synthesized.\n${stdout}${stderr}`, { cause: error });
  }
}
