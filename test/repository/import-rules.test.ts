// @module-tag types-alone-in-the-page
// @module-tag import-rules

import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const use = (specifier: string) => `import { thing } from '${specifier}';\nexport const used = thing;\n`;
const useType = (specifier: string) => `import type { Thing } from '${specifier}';\nexport type Used = Thing;\n`;

/** For each room, an import it may have and those it must not have. */
const rooms: readonly { path: string; allowed: readonly string[]; refused: readonly string[] }[] = [
  {
    path: 'core/domain/example.ts',
    allowed: ['zod', './lifecycle.ts'],
    refused: [
      '../ports/clock.ts',
      '../contract/env.ts',
      '@aws-sdk/client-s3',
      'node:fs',
      'uuid',
      '../../adapters/ids.ts',
    ],
  },
  {
    path: 'core/ports/example.ts',
    allowed: ['../domain/lifecycle.ts', './clock.ts'],
    refused: ['../usecases/admit.ts', '../contract/env.ts', 'zod', '@aws-sdk/client-s3'],
  },
  {
    path: 'core/contract/example.ts',
    allowed: ['zod', '../domain/lifecycle.ts'],
    refused: ['../ports/clock.ts', '../usecases/admit.ts', 'aws-cdk-lib'],
  },
  {
    path: 'core/usecases/example.ts',
    allowed: ['../domain/lifecycle.ts', '../domain/mail/ready-mail.ts', '../ports/clock.ts', '../contract/env.ts'],
    refused: ['../../adapters/ids.ts', '@aws-sdk/client-s3', 'pg', '../../lambdas/get-me.ts'],
  },
  {
    path: 'adapters/s3/example.ts',
    allowed: ['@aws-sdk/client-s3', '../../core/ports/file-store.ts', './client.ts'],
    refused: [
      '../../lambdas/get-me.ts',
      '../../pipeline/run-export.ts',
      '../../core/usecases/admit.ts',
      '../../local/clock.ts',
    ],
  },
  {
    path: 'formats/example.ts',
    allowed: ['../core/domain/report.ts'],
    refused: ['pg', '@aws-sdk/client-s3', '../adapters/ids.ts', '../pipeline/run-export.ts'],
  },
  {
    path: 'pipeline/example.ts',
    allowed: ['../core/ports/file-store.ts', '../formats/csv.ts'],
    refused: ['../adapters/ids.ts', '../lambdas/get-me.ts', '@aws-sdk/client-s3', '../reports/orders.ts'],
  },
  {
    path: 'reports/example.ts',
    allowed: ['zod', '../core/domain/report.ts'],
    refused: ['../adapters/ids.ts', 'pg', '../pipeline/run-export.ts'],
  },
  {
    path: 'lambdas/example.ts',
    allowed: ['../adapters/ids.ts', '../core/usecases/admit.ts'],
    refused: ['../worker/main.ts', '../lib/waybill-stack.ts', '../local/clock.ts', '@aws-sdk/client-s3'],
  },
  {
    path: 'worker/example.ts',
    allowed: ['../adapters/ids.ts', '../pipeline/run-export.ts'],
    refused: ['../lambdas/get-me.ts', '../local/clock.ts', 'pg'],
  },
  {
    path: 'lib/example.ts',
    allowed: ['aws-cdk-lib', '../core/contract/env.ts'],
    refused: ['../core/domain/report.ts', '../lambdas/get-me.ts', '../adapters/ids.ts', '@aws-sdk/client-s3'],
  },
  {
    path: 'bin/example.ts',
    allowed: ['../lib/waybill-stack.ts', '../reports/index.ts'],
    refused: ['../lambdas/get-me.ts', '../local/clock.ts', '../web/vite.config.ts'],
  },
  {
    path: 'web/src/center/example.ts',
    allowed: ['react', './center-page.tsx', '../api/reports.ts', '../../../core/contract/env.ts'],
    refused: [
      '../../../core/usecases/admit.ts',
      '../../../core/ports/clock.ts',
      '../../../adapters/ids.ts',
      '../../../reports/orders.ts',
      '../../../lambdas/get-me.ts',
      '../../../local/clock.ts',
      '@aws-sdk/client-s3',
    ],
  },
  { path: 'local/example.ts', allowed: ['../lib/config/config.ts', './clock.ts'], refused: ['../web/src/config.ts'] },
  { path: 'scripts/example.ts', allowed: ['../core/domain/report.ts'], refused: ['../web/src/config.ts'] },
];

interface Case {
  readonly room: string;
  readonly specifier: string;
  readonly kind: 'value' | 'type';
  readonly refused: boolean;
}

const cases: readonly Case[] = rooms.flatMap(({ path, allowed, refused }) =>
  [
    ...allowed.map((specifier) => ({ specifier, refused: false })),
    ...refused.map((specifier) => ({ specifier, refused: true })),
  ].flatMap((each) => [
    { room: dirname(path), kind: 'value' as const, ...each },
    { room: dirname(path), kind: 'type' as const, ...each },
  ]),
);

const fileOf = (index: number) => join(cases[index]?.room ?? '', `case-${index}.ts`);

describe('import rules', () => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-import-rules-'));
  let offenders: ReadonlySet<string>;

  beforeAll(() => {
    const configuration = JSON.parse(readFileSync('biome.json', 'utf8'));
    writeFileSync(join(directory, 'biome.json'), JSON.stringify({ ...configuration, vcs: { enabled: false } }));
    cases.forEach(({ room, specifier, kind }, index) => {
      mkdirSync(join(directory, room), { recursive: true });
      writeFileSync(join(directory, fileOf(index)), kind === 'value' ? use(specifier) : useType(specifier));
    });
    const run = spawnSync(
      resolve('node_modules/.bin/biome'),
      ['lint', '--reporter=json', '--max-diagnostics=none', '.'],
      {
        cwd: directory,
        encoding: 'utf8',
      },
    );
    const { diagnostics } = JSON.parse(run.stdout) as {
      diagnostics: { category: string; location: { path: string } }[];
    };
    offenders = new Set(
      diagnostics
        .filter(({ category }) => category === 'lint/style/noRestrictedImports')
        .map(({ location }) => location.path.replace(/^\.\//, '')),
    );
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  test.each(cases.map((each, index) => ({ ...each, index })))(
    '$room, $kind import of $specifier: refused is $refused',
    ({ refused, index }) => {
      expect(offenders.has(fileOf(index))).toBe(refused);
    },
  );
});

/** The modules of core/ that a source file loads when it runs: those of which it imports more than types. */
function loadedFromCore(source: string): string[] {
  const loads =
    /^\s*(?:import|export)\s(?!type\s)[^;]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'|^\s*import\s*'([^']+)'/gm;
  return [...source.matchAll(loads)]
    .flatMap(([, from, dynamic, effect]) => from ?? dynamic ?? effect ?? [])
    .filter((specifier) => /^(\.\.\/)+core\//.test(specifier));
}

describe('the web app takes types alone from core, whose values would bring zod into the page', () => {
  test('in every file', () => {
    const files = globSync('web/src/**/*.{ts,tsx}');
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => loadedFromCore(readFileSync(file, 'utf8')).length > 0)).toEqual([]);
  });

  test.each([
    ["import { statuses } from '../../../core/domain/status.ts';", true],
    ["import {\n  type Status,\n  statuses,\n} from '../../../core/domain/status.ts';", true],
    // With only types in the braces the module is still loaded.
    ["import { type Status } from '../../../core/domain/status.ts';", true],
    ["export { statuses } from '../../../core/domain/status.ts';", true],
    ["import '../../../core/domain/status.ts';", true],
    ["const late = import('../../../core/domain/status.ts');", true],
    ["import type { Status } from '../../../core/domain/status.ts';", false],
    ["import { a } from './a.ts';\nimport type { Status } from '../../../core/domain/status.ts';", false],
    ["export type { Status } from '../../../core/domain/status.ts';", false],
  ])('would notice: %j', (source, isLoaded) => {
    expect(loadedFromCore(source).length > 0).toBe(isLoaded);
  });
});
