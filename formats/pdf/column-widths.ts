/** How much room a column asks for; all in one unit. */
export interface ColumnNeed {
  /** Of its longest line. */
  readonly natural: number;
  /** Below this, words would be torn apart. */
  readonly minimum: number;
  /** Below this, numbers would be torn apart, and words beyond recognition. */
  readonly torn: number;
  readonly mayWrap: boolean;
}

/**
 * The least room in which columns read well: text wraps once it is wider than a comfortable line.
 * @param comfortable the width of such a line
 */
export function comfortableWidth(needs: readonly ColumnNeed[], comfortable: number): number {
  return sum(needs.map((need) => clamp(comfortable, need)));
}

export function leastWidth(needs: readonly ColumnNeed[]): number {
  return sum(needs.map(({ minimum }) => minimum));
}

/**
 * Shares out the width of a table, all of it. Columns get what they need; where there is more, text grows, and where there
 * is less, the widest texts are narrowed first, all to the same width. Only when that
 * is not enough are words torn, and numbers last of all.
 */
export function columnWidths(needs: readonly ColumnNeed[], available: number): readonly number[] {
  const natural = sum(needs.map((need) => need.natural));
  if (natural <= available) return grown(needs, available - natural);
  const stages = [
    needs,
    needs.map((need) => ({ ...need, natural: need.minimum, minimum: need.torn })),
    needs.map((need) => ({ ...need, natural: need.torn, minimum: 0 })),
  ];
  const stage = stages.find((stage) => leastWidth(stage) <= available) ?? needs;
  const cap = sharedCap(stage, available);
  return stage.map((need) => clamp(cap, need));
}

function grown(needs: readonly ColumnNeed[], spare: number): readonly number[] {
  const growing = needs.some(({ mayWrap }) => mayWrap) ? needs.filter(({ mayWrap }) => mayWrap) : needs;
  const share = spare / sum(growing.map(({ natural }) => natural));
  return needs.map((need) => (growing.includes(need) ? need.natural * (1 + share) : need.natural));
}

/** The width to which the widest are narrowed so that the columns fill the table. */
function sharedCap(needs: readonly ColumnNeed[], available: number): number {
  let [low, high] = [0, Math.max(...needs.map(({ natural }) => natural))];
  // Sixty halvings are as exact as numbers are.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (sum(needs.map((need) => clamp(middle, need))) > available) high = middle;
    else low = middle;
  }
  return low;
}

function clamp(cap: number, { natural, minimum }: ColumnNeed): number {
  return Math.max(minimum, Math.min(natural, cap));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
