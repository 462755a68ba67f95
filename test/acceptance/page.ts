import { globSync, readFileSync } from 'node:fs';
import type { PromiseSection } from './promises/promise-section.ts';

/** Files below `test/` that hold each promise, by the promise's tag. */
export type Holders = ReadonlyMap<string, readonly string[]>;

const INTRODUCTION = `# Acceptance

Each promise, and what holds it. Tests carry the names of the promises as tags (\`@module-tag\` in a comment), and this page is
written from them: \`npm run acceptance\`. \`npx vitest run --tags-filter=NAME\` runs those of one promise. A promise that no test
carries, a tag that is no promise, and a page that is behind fail the tests. Paths are below \`test/\`. The figures of what is
run by hand, for hours, are in [reliability](reliability.md).`;

/** Reads the tags of all files below `test/`. Suites that tests share carry them too, so not test files alone. */
export function readHolders(): Holders {
  const files = globSync('test/**/*.ts').sort();
  return holdersOf(files.map((file) => [file.slice('test/'.length), readFileSync(file, 'utf8')]));
}

/** @param files path and text of each */
export function holdersOf(files: readonly (readonly [string, string])[]): Holders {
  const carried = files.flatMap(([file, text]) =>
    [...text.matchAll(/^\/\/ @module-tag ([\w-]+)$/gm)].map(([, tag = '']) => ({ file, tag })),
  );
  const byTag = Map.groupBy(carried, ({ tag }) => tag);
  return new Map([...byTag].map(([tag, holders]) => [tag, holders.map(({ file }) => file)]));
}

/** docs/acceptance.md. */
export function acceptancePage(sections: readonly PromiseSection[], holders: Holders): string {
  const tables = sections.map(({ title, promises }) => {
    const rows = Object.entries(promises).map(([tag, { promise, commands = [] }]) => {
      const proofs = [...(holders.get(tag) ?? []), ...commands].map((proof) => `\`${proof}\``);
      return [`\`${tag}\``, promise, proofs.join(', ')];
    });
    return `## ${title}\n\n${tableOf(['name', 'promise', 'held by'], rows)}`;
  });
  return `${[INTRODUCTION, ...tables].join('\n\n')}\n`;
}

/** A table of Markdown with columns of one width, as the formatter has them. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
