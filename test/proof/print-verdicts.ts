import type { Verdict } from './invariants.ts';

/** Prints one line an invariant, and below it what violates it. @returns whether nothing does */
export function printVerdicts(verdicts: readonly Verdict[]): boolean {
  console.log('\nInvariants:');
  for (const { id, statement, checked, violations } of verdicts) {
    const verdict = violations.length === 0 ? 'holds' : 'VIOLATED';
    console.log(`  ${id.padEnd(10)} ${verdict.padEnd(9)} ${String(checked).padStart(6)} checked  ${statement}`);
    for (const violation of violations.slice(0, 10)) console.log(`             ${violation}`);
  }
  return verdicts.every(({ violations }) => violations.length === 0);
}
