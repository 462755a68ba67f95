// @module-tag bundle-sizes

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePlugins } from '../../lib/bundle-plugins.ts';

const run = promisify(execFile);
const repository = path.resolve(import.meta.dirname, '../..');
const directory = mkdtempSync(path.join(tmpdir(), 'waybill-plugins-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Bundles a program as a function is bundled, but for the catalog. */
async function bundled(name: string, contents: string, plugins = bundlePlugins): Promise<string> {
  const outfile = path.join(directory, `${name}.mjs`);
  await build({
    stdin: { contents, resolveDir: path.join(repository, 'adapters/dynamodb') },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    plugins: [...plugins],
  });
  return outfile;
}

/** What a program prints with these variables and no others. */
async function printed(program: string, env: Record<string, string>): Promise<string> {
  return (await run(process.execPath, [program], { env })).stdout.trim();
}

describe('credentials', () => {
  let program: string;
  beforeAll(async () => {
    program = await bundled(
      'credentials',
      `import { dynamoClient } from './client.ts';
       const { credentials } = dynamoClient().config;
       const keys = [];
       for (const wait of [0, 0]) keys.push(await credentials().then((found) => found.accessKeyId, (error) => error.name));
       console.log(keys.join(' '));`,
    );
  });

  it('are those of the environment, as a function has them', async () => {
    const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AKIAFUNCTION', AWS_SECRET_ACCESS_KEY: 'secret' };
    expect(await printed(program, env)).toBe('AKIAFUNCTION AKIAFUNCTION');
  });

  it.each([
    { lasting: 'for hours: kept', seconds: 3 * 3600, distinct: 1 },
    { lasting: 'for four minutes: asked for again', seconds: 240, distinct: 2 },
  ])('are those of the address that a task is given; lasting $lasting', async ({ seconds, distinct }) => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      const Expiration = new Date(Date.now() + seconds * 1000).toISOString();
      const found = { AccessKeyId: `AKIATASK${asked}`, SecretAccessKey: 'secret', Token: 'token', Expiration };
      response.end(JSON.stringify(found));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/credentials`;
    try {
      const env = { AWS_REGION: 'us-east-1', AWS_CONTAINER_CREDENTIALS_FULL_URI: url };
      const keys = (await printed(program, env)).split(' ');
      expect(keys).toEqual([expect.stringMatching(/^AKIATASK\d$/), expect.stringMatching(/^AKIATASK\d$/)]);
      expect(new Set(keys).size).toBe(distinct);
    } finally {
      server.close();
    }
  });

  it('are none without either', async () => {
    const error = 'CredentialsProviderError';
    expect(await printed(program, { AWS_REGION: 'us-east-1' })).toBe(`${error} ${error}`);
  });
});

describe("Node's own modules", () => {
  const contents = `import { createServer, Agent } from 'node:http';
    import * as https from 'https';
    const server = createServer((_, response) => response.end('answered')).listen(0, '127.0.0.1', async () => {
      const { get } = process.getBuiltinModule('node:http');
      get({ port: server.address().port, agent: new Agent() }, (response) => {
        response.setEncoding('utf8').on('data', (text) => {
          const undici = process.moduleLoadList.includes('NativeModule internal/deps/undici/undici');
          console.log(text, typeof https.request, undici ? 'with fetch' : 'without fetch');
          server.close();
        });
      });
    });`;

  it('work, without fetch having been loaded', async () => {
    expect(await printed(await bundled('http', contents), {})).toBe('answered function without fetch');
  });

  it('work without it too where they are imported later', async () => {
    const later = contents
      .replace("import { createServer, Agent } from 'node:http';", '')
      .replace('const server', "const { createServer, Agent } = await import('node:http');\n    const server");
    expect(await printed(await bundled('later-http', later), {})).toBe('answered function without fetch');
    expect(await printed(await bundled('plain-later-http', later, []), {})).toBe('answered function with fetch');
  });

  it('would bring fetch with them, imported as they are', async () => {
    expect(await printed(await bundled('plain-http', contents, []), {})).toBe('answered function with fetch');
  });

  it('are what a program has that loads other files as well', async () => {
    const other = path.join(directory, 'other.mjs');
    writeFileSync(other, "export { default } from 'node:http';\n");
    const program = await bundled(
      'same-http',
      `import http from 'node:http'; console.log((await import(process.env.OTHER)).default === http);`,
    );
    expect(await printed(program, { OTHER: other })).toBe('true');
  });

  it('have their default, their names and all of them at once', async () => {
    const program = await bundled(
      'names',
      `import path, { join } from 'node:path';
       import * as all from 'path';
       import { readFile } from 'fs/promises';
       console.log(path.join === join, all.join === join, all.default === path, typeof readFile, typeof (await import('os')).default.EOL);`,
    );
    expect(await printed(program, {})).toBe('true true true function string');
  });
});
