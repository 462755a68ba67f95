import path from 'node:path';
import { build } from 'vite';
import { defaultBundleDirectory } from '../bundles.ts';

/** The web app has its build's settings beside it; it is found by path, as handlers are. */
const configFile = path.resolve(import.meta.dirname, '../../web/vite.config.ts');

/** The folder with the report center's files, as they are deployed. */
export function webAppOf(bundleDirectory: string): string {
  return path.join(bundleDirectory, 'web');
}

/** Files in this folder of the app have a hash of their content in their names. */
export const ASSETS_FOLDER = 'assets';

/** What the build tells of itself, for tests. */
export const BUILD_RECORDS_FOLDER = '.vite';

/**
 * Builds the report center, in two seconds.
 * @throws Error when it does not compile
 */
export async function buildWebApp(bundleDirectory: string = defaultBundleDirectory): Promise<void> {
  const { NODE_ENV: before } = process.env;
  // What is deployed is React without its checks, also from a shell or a test that says otherwise.
  process.env.NODE_ENV = 'production';
  try {
    await build({ configFile, logLevel: 'warn', build: { outDir: webAppOf(bundleDirectory) } });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}
