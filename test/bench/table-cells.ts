/** The cells of each line of a table in a page, without the room that aligns them. */
export function cellsOf(page: string): readonly (readonly string[])[] {
  return [...page.matchAll(/^\| (.*) \|$/gm)].map(([, line = '']) => line.split(' | ').map((cell) => cell.trim()));
}
