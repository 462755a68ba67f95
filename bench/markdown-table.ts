/** The first column to the left, the others to the right, but for those that are text. */
export function markdownTable(
  heads: readonly string[],
  lines: readonly (readonly string[])[],
  texts: readonly number[] = [],
): string {
  const isLeft = (column: number) => column === 0 || texts.includes(column);
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number) =>
    isLeft(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const row = (cells: readonly string[]) => `| ${cells.map(pad).join(' | ')} |`;
  const rules = widths.map((width, column) => (isLeft(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [row(heads), row(rules), ...lines.map(row)].join('\n');
}
