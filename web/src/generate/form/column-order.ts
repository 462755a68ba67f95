/** A column's place in the picker. */
export interface PickedColumn {
  readonly name: string;
  readonly isChosen: boolean;
}

/** What the picker has to know of a column. */
export interface KnownColumn {
  readonly name: string;
  readonly header: string;
  readonly description?: string | undefined;
  readonly byDefault: boolean;
}

/** The report's own set: its order, and what is in the file when a request names no columns. */
function ownColumns(known: readonly KnownColumn[]): readonly PickedColumn[] {
  return known.map(({ name, byDefault }) => ({ name, isChosen: byDefault }));
}

/**
 * The picker's list: every column the report has now, once. Columns that have come since stand at the end, not chosen.
 * @param picked undefined for the report's own set
 */
export function pickedColumns(
  known: readonly KnownColumn[],
  picked: readonly PickedColumn[] | undefined,
): readonly PickedColumn[] {
  if (picked === undefined) return ownColumns(known);
  const names = new Set(known.map(({ name }) => name));
  const kept = picked.filter(({ name }) => names.has(name));
  const added = known.filter(({ name }) => !kept.some((column) => column.name === name));
  return [...kept, ...added.map(({ name }) => ({ name, isChosen: false }))];
}

/** A list with these columns first, in this order. @param known empty as long as the columns are not known */
export function pickedFrom(known: readonly KnownColumn[], names: readonly string[]): readonly PickedColumn[] {
  const chosen = names.map((name) => ({ name, isChosen: true }));
  return known.length === 0 ? chosen : pickedColumns(known, chosen);
}

/** Whether the file has the columns that it has when a request names none. */
export function isOwnSet(known: readonly KnownColumn[], picked: readonly PickedColumn[]): boolean {
  const own = chosenNames(ownColumns(known));
  const names = chosenNames(picked);
  return own.length === names.length && own.every((name, index) => name === names[index]);
}

export function chosenNames(picked: readonly PickedColumn[]): readonly string[] {
  return picked.filter(({ isChosen }) => isChosen).map(({ name }) => name);
}

/** The list with one item a step up (-1) or down (1); unchanged at its ends. */
export function moved<Item>(items: readonly Item[], index: number, step: -1 | 1): readonly Item[] {
  const target = index + step;
  const item = items[index];
  if (item === undefined || target < 0 || target >= items.length) return items;
  const next = items.toSpliced(index, 1);
  return next.toSpliced(target, 0, item);
}
