import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const fences = /^```[\s\S]*?^```/gm;

/** Addresses that a page leads to, without those in code. */
export function linksIn(markdown: string): string[] {
  const prose = markdown.replace(fences, '').replace(/`[^`\n]+`/g, 'code');
  const links = /\]\(([^)\s]+)\)|^\[[^\]]+\]:\s+(\S+)|\bsrc="([^"]+)"/gm;
  return [...prose.matchAll(links)].map(([, inline, reference, image]) => inline ?? reference ?? image ?? '');
}

/** What the headings of a page are called in addresses, as GitHub calls them. */
function headingsIn(markdown: string): string[] {
  const prose = markdown.replace(fences, '');
  return [...prose.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The file that a link of a page leads to, and the heading in it; none for one out into the web. */
export function targetOf(page: string, link: string): { file: string; heading?: string } | undefined {
  if (/^[a-z]+:/.test(link)) return;
  const [to = '', heading] = link.split('#');
  const file = to === '' ? page : path.join(path.dirname(page), to);
  return heading === undefined ? { file } : { file, heading };
}

/** The links of a page that lead to no file, or to a heading that is not there. */
export function brokenLinksOf(page: string, markdown: string): string[] {
  return linksIn(markdown).filter((link) => {
    const target = targetOf(page, link);
    if (target === undefined) return false;
    if (target.heading === undefined) return !existsSync(target.file);
    const there = target.file === page ? markdown : existsSync(target.file) && readFileSync(target.file, 'utf8');
    return there === false || !headingsIn(there).includes(target.heading);
  });
}

/** What the fenced blocks of a language hold. */
export function blocksIn(markdown: string, language: string): string[] {
  const blocks = new RegExp(String.raw`^\`\`\`${language}\n([\s\S]*?)^\`\`\``, 'gm');
  return [...markdown.matchAll(blocks)].map(([, block = '']) => block);
}

/** The rows of the table whose heading begins with these cells. */
export function tableIn(markdown: string, ...heading: string[]): string[][] {
  const tables = markdown.match(/(?:^\|.*\n)+/gm) ?? [];
  const cellsOf = (line: string) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
  const found = tables
    .map((table) => table.trim().split('\n').map(cellsOf))
    .find(([first = []]) => heading.every((cell, index) => first[index] === cell));
  if (found === undefined) throw new Error(`There is no table with the columns ${heading.join(', ')}.`);
  return found.slice(2);
}

/** What a text names in code font, without its blocks. */
export function codeIn(text: string): string[] {
  return [...text.replace(fences, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}
