import { sql } from '../../core/domain/sql.ts';
import type { ChoicesPlan, ReportChoices } from '../../core/ports/report-choices.ts';

/** Whatever a filter names is the account's own. */
export const everythingKnown: ReportChoices = { choices: async () => [], unknownChoices: async () => [] };

/** What a report may name as choices when no database is asked. */
export const noChoices = () => sql`SELECT 1`;

/**
 * Choices by account and filter, each its own label, and every look-up that was made of them.
 * @param failure what every look-up ends in
 */
export function memoryChoices(
  owned: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  failure?: Error,
): ReportChoices & { readonly asked: readonly ChoicesPlan[] } {
  const asked: ChoicesPlan[] = [];
  const look = (plan: ChoicesPlan): readonly string[] => {
    asked.push(plan);
    if (failure !== undefined) throw failure;
    return owned[plan.accountId]?.[plan.filter] ?? [];
  };
  return {
    asked,
    async choices(plan, { search = '', limit }) {
      const found = look(plan).filter((value) => value.includes(search));
      return found.slice(0, limit).map((value) => ({ value, label: value }));
    },
    async unknownChoices(plan, values) {
      const known = look(plan);
      return values.filter((value) => !known.includes(value));
    },
  };
}
