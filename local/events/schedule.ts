/** Milliseconds of the units that `rate` knows. */
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** When a schedule is due next, strictly after a time; both in epoch milliseconds. */
export type NextDue = (afterMs: number) => number;

/**
 * Compiles `rate(5 minutes)` or a `cron(...)` that sets no more than minute and hour, such as `cron(0/15 * * * ? *)`.
 * @throws Error naming an expression that is not supported
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function compileSchedule(expression: string): NextDue {
  const [, kind, content = ''] = /^(rate|cron)\((.+)\)$/.exec(expression) ?? [];
  const next = kind === 'rate' ? compileRate(content) : kind === 'cron' ? compileCron(content) : undefined;
  if (next === undefined) throw new Error(`Schedule expression not supported locally: ${expression}`);
  return next;
}

function compileRate(content: string): NextDue | undefined {
  const [, count = '', unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(content) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs === undefined || (count === '1') === (plural === 's')) return undefined;
  return (afterMs) => afterMs + Number(count) * unitMs;
}

function compileCron(content: string): NextDue | undefined {
  const [minute = '', hour = '', ...others] = content.split(' ');
  const minutes = compileField(minute, 60);
  const hours = compileField(hour, 24);
  const isDaily = others.length === 4 && others.every((other) => other === '*' || other === '?');
  if (minutes === undefined || hours === undefined || !isDaily) return undefined;
  return (afterMs) => {
    const due = new Date(afterMs);
    due.setUTCSeconds(0, 0);
    // At most a day of minutes: some minute of some hour is in the sets.
    do due.setTime(due.getTime() + 60_000);
    while (!minutes.has(due.getUTCMinutes()) || !hours.has(due.getUTCHours()));
    return due.getTime();
  };
}

// Reads a star, `7`, `0,30`, or a start with a step such as `10/15`, into the values it stands for.
function compileField(text: string, limit: number): ReadonlySet<number> | undefined {
  const every = /^(\*|\d+)\/([1-9]\d*)$/.exec(text);
  const list = /^\d+(,\d+)*$/.test(text) ? text.split(',').map(Number) : undefined;
  const start = every === null || every[1] === '*' ? 0 : Number(every[1]);
  const step = every === null ? 1 : Number(every[2]);
  if (list === undefined && every === null && text !== '*') return undefined;
  const values = list ?? Array.from({ length: Math.ceil((limit - start) / step) }, (_, index) => start + index * step);
  return values.length > 0 && values.every((value) => value < limit) ? new Set(values) : undefined;
}
