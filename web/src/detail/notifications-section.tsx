import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { formatInstant } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import classes from './detail.module.css';
import { Section } from './section.tsx';

const words = strings.detail.notifications;
const missed: readonly string[] = [
  'bounced',
  'complained',
  'suppressed',
  'refused',
] satisfies readonly (keyof typeof words.states)[];

/** What became of the last mail to each person who was told how it ended. */
export function NotificationsSection({ notifications }: Pick<ExportView, 'notifications'>) {
  return (
    <Section title={strings.detail.sections.notifications} testName="export-notifications">
      {notifications.length === 0 && <p className={classes.quiet}>{words.none}</p>}
      <ul className={classes.lines}>
        {notifications.map(({ email, state, at }) => (
          <li key={email} className={classes.line} data-state={state}>
            <span className={classes.what}>{email}</span>
            <span className={missed.includes(state) ? classes.missed : classes.quiet}>
              {words.states[state]} · <time dateTime={at}>{formatInstant(at)}</time>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
