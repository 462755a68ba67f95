import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { environments, type Workload } from '../core/contract/env.ts';
import { fontFiles } from '../core/contract/fonts.ts';
import { bundlePlugins } from './bundle-plugins.ts';

/** The repository's root; handlers are found by path from here. */
const repository = path.resolve(import.meta.dirname, '..');

const packages = createRequire(import.meta.url);

/** Programs that need the fonts are those that hold their list. */
const fontsModule = 'core/contract/fonts.ts';

/** Programs that fill the sample database read the files of SQL beside this module. */
const sampleModule = 'sample/seed.ts';

/** Where bundles are written when nothing else is said. */
export const defaultBundleDirectory = path.join(repository, '.build');

/** The file a workload starts in: `lambdas/<workload>.ts`, or the worker's main program. */
function sourceOf(workload: Workload): string {
  return workload === 'worker' ? 'worker/main.ts' : `lambdas/${workload}.ts`;
}

/** The folder with a workload's `index.mjs`, as it is deployed. */
export function bundleOf(workload: Workload, bundleDirectory: string): string {
  return path.join(bundleDirectory, workload === 'worker' ? 'worker' : path.join('lambdas', workload));
}

/**
 * Packages with CommonJS inside call `require` for Node's own modules, which an ES module does not have. Stack traces
 * are in terms of the sources; the maps are read only when a trace is.
 */
const banner = [
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  'process.setSourceMapsEnabled(true);',
].join('\n');

/**
 * Bundles every workload with one call of esbuild: a second for all, where one process for each takes half a minute.
 * Each bundle is self-contained, the AWS SDK included, so that what was tested is what runs.
 * @throws Error when a workload of core/contract/env.ts has no source, or one that does not compile; printed by esbuild
 */
export async function buildBundles(bundleDirectory: string = defaultBundleDirectory): Promise<void> {
  const workloads = Object.keys(environments) as Workload[];
  for (const workload of workloads) rmSync(bundleOf(workload, bundleDirectory), { recursive: true, force: true });
  const { outputs } = await bundle(workloads, bundleDirectory);
  for (const [file, { inputs }] of Object.entries(outputs)) {
    const bundle = path.dirname(path.resolve(repository, file));
    if (fontsModule in inputs) copyFonts(bundle);
    if (sampleModule in inputs) copySampleSql(bundle);
  }
  const workerBundle = bundleOf('worker', bundleDirectory);
  // The image's build context is the bundle alone, so that the image changes only when the bundle does.
  copyFileSync(path.join(repository, 'worker/Dockerfile'), path.join(workerBundle, 'Dockerfile'));
}

/** Puts the fonts beside a program that draws with them, where Node looks for packages. */
function copyFonts(bundle: string): void {
  for (const file of Object.values(fontFiles)) {
    const copy = path.join(bundle, 'node_modules', file);
    mkdirSync(path.dirname(copy), { recursive: true });
    copyFileSync(packages.resolve(file), copy);
  }
}

function copySampleSql(bundle: string): void {
  const sample = path.join(repository, path.dirname(sampleModule));
  for (const file of readdirSync(sample).filter((name) => name.endsWith('.sql'))) {
    copyFileSync(path.join(sample, file), path.join(bundle, file));
  }
}

async function bundle(workloads: readonly Workload[], bundleDirectory: string): Promise<Metafile> {
  const options = {
    absWorkingDir: repository,
    entryPoints: workloads.map((workload) => ({
      in: sourceOf(workload),
      out: path.join(path.relative(bundleDirectory, bundleOf(workload, bundleDirectory)), 'index'),
    })),
    outdir: bundleDirectory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    // Sources compile by themselves, and no tsconfig.json that happens to be above a package may change that.
    tsconfigRaw: {},
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // ES modules first: only they can be shaken free of what is not used.
    mainFields: ['module', 'main'],
    // Optional parts of pg that are never used here.
    external: ['pg-native', 'cloudflare:sockets'],
    plugins: [...bundlePlugins],
    banner: { js: banner },
    // Names stay readable in traces; white space is a quarter of the size, and constants in their places make hot loops a tenth faster.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  } satisfies BuildOptions;
  try {
    const { metafile } = await build(options);
    return metafile;
  } catch {
    // It has printed every mistake with its place in the source; its error would repeat them all as objects.
    throw new Error('The workloads could not be bundled, see above.');
  }
}
