import { formatCount } from '../format/numbers.ts';
import { formatDuration, formatInstant } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import classes from './detail.module.css';
import type { AttemptHistory } from './event-history.ts';
import { Section } from './section.tsx';

const words = strings.detail;

/** Every try at producing the file, with what became of it. */
export function AttemptsSection({ attempts }: { attempts: readonly AttemptHistory[] }) {
  return (
    <Section title={words.sections.attempts} testName="export-attempts">
      {attempts.length === 0 && <p className={classes.quiet}>{words.attempts.none}</p>}
      <ul className={classes.lines}>
        {attempts.map((attempt) => (
          <li key={attempt.number} className={classes.line}>
            <span className={classes.what}>
              {words.attempts.attempt(formatCount(attempt.number))}: {outcomeOf(attempt)}
            </span>
            <span className={classes.quiet}>
              <time dateTime={attempt.startedAt}>{formatInstant(attempt.startedAt)}</time>
              {attempt.endedAt !== undefined && (
                <> · {words.attempts.took(lengthOf(attempt.startedAt, attempt.endedAt))}</>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function outcomeOf({ outcome, reason }: AttemptHistory): string {
  if (reason === undefined) return outcome === 'released' ? words.attempts.failed : words.attempts[outcome];
  if (reason === 'stopped') return words.events.workerStopped;
  return (words.failures as Readonly<Record<string, string>>)[reason] ?? reason;
}

function lengthOf(from: string, to: string): string {
  return formatDuration((Date.parse(to) - Date.parse(from)) / 1000);
}
