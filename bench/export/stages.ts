import { percentile } from '../../local/cloudwatch/statistic.ts';
import { type Span, type Stage, type StagePart, stageParts, type Timeline } from './measurements.ts';

/** Which workload is at work in which state; the first is before the execution begins. */
const steps = [
  { name: 'create-export', state: undefined },
  { name: 'enqueue-export', state: 'Queued' },
  { name: 'measure-export', state: 'Measure' },
  { name: 'run-small-export', state: 'RunSmall' },
] as const;

/**
 * Cuts the time from the request to the record that says ready into steps without gaps, each into what it waited for.
 * The database is what lies between the password and the next call: connection, statements, and for the file its rows
 * with all that is done to them.
 */
export function stagesOf(spans: readonly Span[]): readonly Stage[] {
  const stateOf = (name: string) => spans.find((span) => span.lane === 'Step Functions' && span.name === name);
  const begun = steps.flatMap(({ name, state }) => {
    const start = state === undefined ? 0 : stateOf(state)?.startMs;
    return start === undefined ? [] : [{ name, startMs: start }];
  });
  return begun.map(({ name, startMs }, index) => {
    const calls = spans.filter(({ lane, service }) => lane === name && service !== undefined);
    const endMs = begun[index + 1]?.startMs ?? Math.max(startMs, ...calls.map((call) => call.endMs));
    const within = calls.filter((call) => call.startMs < endMs).sort((a, b) => a.startMs - b.startMs);
    const parts = { dynamodb: 0, s3: 0, states: 0, secretsmanager: 0, database: 0, rest: 0 };
    let reached = startMs;
    for (const [place, call] of within.entries()) {
      const end = Math.min(call.endMs, endMs);
      const spent = Math.max(0, end - Math.max(call.startMs, reached));
      const service = call.service ?? '';
      if (service in parts) parts[service as StagePart] += spent;
      reached = Math.max(reached, end);
      const next = within[place + 1]?.startMs ?? endMs;
      if (service === 'secretsmanager') {
        parts.database += Math.max(0, next - reached);
        reached = Math.max(reached, next);
      }
    }
    const known = Object.values(parts).reduce((sum, ms) => sum + ms, 0);
    return { name, startMs, endMs, parts: { ...parts, rest: Math.max(0, endMs - startMs - known) } };
  });
}

/**
 * Many runs as one: medians of each step's numbers, and the spans of the run that took the median time, because medians
 * of single calls would not be a way that any export has gone.
 */
export function summaryOf(runs: readonly (readonly Span[])[]): Pick<Timeline, 'stages' | 'spans' | 'readyMs'> {
  const all = runs
    .map((spans) => ({ spans, stages: stagesOf(spans) }))
    .map((run) => ({ ...run, readyMs: run.stages.at(-1)?.endMs ?? 0 }))
    .sort((a, b) => a.readyMs - b.readyMs);
  const typical = all[Math.floor((all.length - 1) / 2)];
  if (typical === undefined) return { stages: [], spans: [], readyMs: [] };
  const stages = typical.stages.map(({ name }): Stage => {
    const own = all.flatMap((run) => run.stages.filter((stage) => stage.name === name));
    const median = (pick: (stage: Stage) => number) => Math.round(percentile(own.map(pick), 50));
    return {
      name,
      startMs: median(({ startMs }) => startMs),
      endMs: median(({ endMs }) => endMs),
      parts: Object.fromEntries(stageParts.map((part) => [part, median(({ parts }) => parts[part])])) as Stage['parts'],
    };
  });
  return { stages, spans: typical.spans, readyMs: all.map(({ readyMs }) => Math.round(readyMs)) };
}
