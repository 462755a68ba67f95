import { isHeld } from '../../core/domain/attempts.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import type { Attempt } from '../../core/domain/export-record.ts';
import type { PartRange } from '../../core/domain/part-range.ts';
import type { Handover, RangePlan, RangeStore } from '../../core/ports/range-store.ts';

interface Kept {
  readonly plan: RangePlan;
  readonly ranges: Map<number, PartRange>;
}

/** Ranges in memory. @param attemptOf the newest attempt of an export */
export function memoryRanges(attemptOf: (exportId: ExportId) => Attempt | undefined): RangeStore {
  const plans = new Map<ExportId, RangePlan>();
  const attempts = new Map<string, Kept>();
  const handovers = new Map<string, Handover>();
  const keyOf = ({ exportId, attempt }: RangePlan) => `${exportId} ${attempt}`;
  const isCurrent = ({ exportId, claim }: RangePlan) => isHeld(attemptOf(exportId), claim);

  return {
    async begin(plan, ranges) {
      if (!isCurrent(plan)) return false;
      plans.set(plan.exportId, plan);
      attempts.set(keyOf(plan), { plan, ranges: new Map(ranges.map((range) => [range.number, range])) });
      return true;
    },
    async read(exportId) {
      const plan = plans.get(exportId);
      if (plan === undefined) return undefined;
      const ranges = [...(attempts.get(keyOf(plan))?.ranges.values() ?? [])];
      return { plan, ranges: ranges.toSorted((a, b) => a.number - b.number) };
    },
    async change(plan, number, rule) {
      const ranges = attempts.get(keyOf(plan))?.ranges;
      const before = ranges?.get(number);
      const after = before && rule(before);
      if (after) ranges?.set(number, after);
      return after;
    },
    async changeFenced(plan, numbers, rule) {
      const ranges = attempts.get(keyOf(plan))?.ranges;
      const before = numbers.flatMap((number) => ranges?.get(number) ?? []);
      const after = before.length === numbers.length ? rule(before) : undefined;
      if (ranges === undefined || after === undefined || after.every((range) => before.includes(range))) return after;
      if (!isCurrent(plan)) return undefined;
      if (after.some(({ number }) => !numbers.includes(number) && ranges.has(number))) return undefined;
      for (const range of after) ranges.set(range.number, range);
      return after;
    },
    async close(plan) {
      const current = plans.get(plan.exportId);
      if (current?.claim === plan.claim) plans.set(plan.exportId, { ...current, closed: true });
    },
    async handOver(exportId, id, known) {
      const both = { ...handovers.get(`${exportId} ${id}`), ...known };
      handovers.set(`${exportId} ${id}`, both);
      return both;
    },
    async handovers(exportId) {
      const own = [...handovers.keys()].filter((key) => key.startsWith(`${exportId} `));
      return own.map((key) => key.slice(exportId.length + 1));
    },
    async remove({ exportId }) {
      plans.delete(exportId);
      for (const kept of [attempts, handovers]) {
        for (const key of kept.keys()) if (key.startsWith(`${exportId} `)) kept.delete(key);
      }
    },
  };
}
