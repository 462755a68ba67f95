import { Skeleton } from '@mantine/core';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useExportEvents } from '../api/export-detail.ts';
import { useMe } from '../api/me.ts';
import { ExportActions } from '../export/export-actions.tsx';
import { ExportLink } from '../export/export-link.tsx';
import { ExportNotes } from '../export/export-notes.tsx';
import { ExportProgress } from '../export/export-progress.tsx';
import { formatDuration, formatInstant } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import { AttemptsSection } from './attempts-section.tsx';
import classes from './detail.module.css';
import { DownloadsSection } from './downloads-section.tsx';
import { attemptsOf, downloadsOf } from './event-history.ts';
import { Fact, Facts } from './facts.tsx';
import { FileSection } from './file-section.tsx';
import { NotificationsSection } from './notifications-section.tsx';
import { nameFinder } from './people.ts';
import { RequestSection } from './request-section.tsx';
import { TimelineSection } from './timeline-section.tsx';

/** The sections of the drawer. */
export function ExportDetail({ view }: { view: ExportView }) {
  const { data: me } = useMe();
  const { data: events, error } = useExportEvents(view.id, changeMark(view));
  const nameOf = nameFinder(view, me);
  return (
    <div className={classes.sections}>
      <div className={classes.now}>
        <div className={classes.standing} aria-live="polite">
          <ExportProgress view={view} />
          <ExportNotes view={view} />
        </div>
        <ExportActions view={view} />
      </div>
      <ExportFacts view={view} />
      <FileSection view={view} />
      <RequestSection view={view} />
      <NotificationsSection notifications={view.notifications} />
      {events !== undefined && (
        <>
          <DownloadsSection downloads={downloadsOf(events)} nameOf={nameOf} />
          <AttemptsSection attempts={attemptsOf(events)} />
          <TimelineSection events={events} nameOf={nameOf} />
        </>
      )}
      {events === undefined && (error === null ? <Skeleton height={200} /> : <p role="alert">{error.message}</p>)}
    </div>
  );
}

function ExportFacts({ view }: { view: ExportView }) {
  const words = strings.detail.facts;
  const { id, requestedBy, createdAt, startedAt, endedAt, retryOf, retriedBy, rerunOf } = view;
  const others = [
    [words.retryOf, retryOf],
    [words.retriedBy, retriedBy],
    [words.rerunOf, rerunOf],
  ] as const;
  return (
    <Facts>
      <Fact name={words.requestedBy}>
        {requestedBy.name || requestedBy.userId} {requestedBy.email && `(${requestedBy.email})`}
      </Fact>
      <Fact name={words.requestedAt}>
        <time dateTime={createdAt}>{formatInstant(createdAt)}</time>
      </Fact>
      {startedAt !== undefined && endedAt !== undefined && (
        <Fact name={words.took}>{formatDuration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)}</Fact>
      )}
      {others.map(
        ([name, exportId]) =>
          exportId !== undefined && (
            <Fact key={name} name={name}>
              <ExportLink exportId={exportId} className={classes.link}>
                {words.otherExport(exportId.slice(-8))}
              </ExportLink>
            </Fact>
          ),
      )}
      <Fact name={words.exportId} copy={id} isCode>
        {id}
      </Fact>
    </Facts>
  );
}

/** Differs whenever the timeline may have a new line; the progress of a run is none. */
function changeMark({ progress, file, updatedAt, ...view }: ExportView): string {
  const { status, phase, attempt, takingLonger, cancelRequested, retriedBy, notifications } = view;
  const changed = status === 'running' ? undefined : updatedAt;
  return JSON.stringify([
    [status, phase, attempt, takingLonger, cancelRequested, retriedBy, progress?.rowsTotal, file?.downloadCount],
    changed,
    notifications,
  ]);
}
