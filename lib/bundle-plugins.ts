import { readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { reportFilesIn } from '../core/contract/report-files.ts';

const reports = path.resolve(import.meta.dirname, '../reports');

/** Puts a list of the report files in place of the search that Node makes when it runs the sources. */
const catalogPlugin: Plugin = {
  name: 'catalog',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]reports[\\/]index\.ts$/ }, () => {
      const files = reportFilesIn(readdirSync(reports));
      const imports = files.map((file, index) => `import * as report${index} from './${file}';`);
      const modules = files.map((file, index) => `['${file}', report${index}]`);
      const contents = [
        ...imports,
        "import { catalogOf } from '../core/domain/catalog.ts';",
        `export const catalog = catalogOf([${modules.join(', ')}]);`,
      ].join('\n');
      return { contents, loader: 'ts', resolveDir: reports };
    });
  },
};

/**
 * Takes Node's own modules without an import. An import reads every export once, and what a getter stands for is loaded
 * then: `http` its WebSocket, and with it all of fetch. That is most of what a small function takes before its first event.
 */
const builtinsPlugin: Plugin = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z]/ }, ({ path: name, kind }) =>
      isBuiltin(name) && (kind === 'import-statement' || kind === 'dynamic-import')
        ? { path: name.replace(/^(node:)?/, 'node:'), namespace: 'builtin', sideEffects: false }
        : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule('${name}');`,
    }));
  },
};

/**
 * The AWS SDK looks for credentials in nine places, and holds four more clients to ask them. A function finds its role's
 * in its environment and a task at the container's address: a third of a small function is for the other seven. They are
 * renewed five minutes before they end, as the SDK does.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
const credentials = `
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { fromHttp } from '@aws-sdk/credential-provider-http';
import { chain, memoize } from '@smithy/core/config';

const mayEnd = ({ expiration }) => expiration !== undefined;
const ends = (found) => mayEnd(found) && found.expiration.getTime() - Date.now() < 300_000;

export const defaultProvider = (init = {}) =>
  memoize(chain(fromEnv(init), async () => fromHttp(init)()), ends, mayEnd);
`;

const credentialsPlugin: Plugin = {
  name: 'credentials',
  setup({ onResolve, onLoad, resolve }) {
    const isOriginal = Symbol('the package itself');
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, async ({ path: name, pluginData, ...from }) => {
      if (pluginData === isOriginal) return undefined;
      const { resolveDir, importer, kind } = from;
      const original = await resolve(name, { resolveDir, importer, kind, pluginData: isOriginal });
      // What it takes from other packages is found from where the package is.
      return { path: original.path, namespace: 'credentials', errors: original.errors };
    });
    onLoad({ filter: /./, namespace: 'credentials' }, ({ path: original }) => ({
      contents: credentials,
      resolveDir: path.dirname(original),
    }));
  },
};

/** What makes bundles of programs: the catalog in them, and less of what no program of ours uses. */
export const bundlePlugins: readonly Plugin[] = [catalogPlugin, builtinsPlugin, credentialsPlugin];
