import { IconAlertTriangle, IconClockExclamation, IconMailExclamation } from '@tabler/icons-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { generatePath } from '../generate/generate-path.ts';
import { strings } from '../strings/strings.ts';
import classes from './export-notes.module.css';

const ResendDialog = lazy(async () => ({ default: (await import('./resend-dialog.tsx')).ResendDialog }));

export interface ExportNotesProps {
  readonly view: ExportView;
}

/** What there is to say of an export beyond its status: why it failed, that it is late, whose mail came back. */
export function ExportNotes({ view }: ExportNotesProps) {
  return (
    <>
      {view.takingLonger && (
        <p className={classes.note} data-test="report-job-stuck-note">
          <IconClockExclamation className={classes.icon} size={16} aria-hidden />
          {strings.export.takingLonger}
        </p>
      )}
      {view.cancelRequested && <p className={classes.note}>{strings.export.cancelRequested}</p>}
      {view.failure !== undefined && <FailureReason view={view} failure={view.failure} />}
      <BounceIndicator view={view} />
    </>
  );
}

function FailureReason({ view, failure }: ExportNotesProps & { failure: NonNullable<ExportView['failure']> }) {
  const { eventId } = useParams();
  return (
    <p className={classes.failure} data-test="report-job-failure-reason">
      <IconAlertTriangle className={classes.icon} size={16} aria-hidden />
      <span>
        {failure.message}{' '}
        {failure.narrowerFilters && (
          <Link className={classes.link} to={generatePath({ type: view.report.id, from: view.id, eventId })}>
            {strings.export.narrow}
          </Link>
        )}
      </span>
    </p>
  );
}

function BounceIndicator({ view }: ExportNotesProps) {
  const [wrongEmail, setWrongEmail] = useState<string>();
  const opener = useRef<HTMLButtonElement>(null);
  const lost = view.notifications.filter(({ state }) => state === 'bounced' || state === 'complained');
  return (
    <>
      {lost.map(({ email, state }) => (
        <p key={email} className={classes.failure} data-test="report-job-bounce-indicator">
          <IconMailExclamation className={classes.icon} size={16} aria-hidden />
          <span>
            {state === 'bounced' ? strings.export.mailBounced(email) : strings.export.mailComplained(email)}{' '}
            <button
              className={classes.link}
              type="button"
              onClick={({ currentTarget }) => {
                opener.current = currentTarget;
                setWrongEmail(email);
              }}
            >
              {strings.export.correctAddress}
            </button>
          </span>
        </p>
      ))}
      {wrongEmail !== undefined && (
        <Suspense>
          <ResendDialog
            view={view}
            wrongEmail={wrongEmail}
            onClose={() => {
              setWrongEmail(undefined);
              opener.current?.focus();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
