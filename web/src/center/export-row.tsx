import { memo } from 'react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { ExportActions } from '../export/export-actions.tsx';
import { ExportLineage } from '../export/export-lineage.tsx';
import { ExportLink } from '../export/export-link.tsx';
import { ExportNotes } from '../export/export-notes.tsx';
import { ExportProgress } from '../export/export-progress.tsx';
import { RelativeTime } from '../export/relative-time.tsx';
import { StatusPill } from '../export/status-pill.tsx';
import { useParameterSummary } from '../export/use-parameter-summary.ts';
import { strings } from '../strings/strings.ts';
import classes from './export-table.module.css';

/** One export of the list. Memoized: of a page that is polled, only what has changed is drawn again. */
export const ExportRow = memo(function ExportRow({ view }: { view: ExportView }) {
  return (
    <tr className={classes.row} data-test="report-job-row" data-export={view.id}>
      <td className={classes.status}>
        <StatusPill status={view.status} />
      </td>
      <th scope="row" className={classes.report}>
        <span data-test="report-job-type">
          <ExportLink exportId={view.id} className={classes.title}>
            {view.report.title}
          </ExportLink>
        </span>
        <ParameterSummary view={view} />
        {view.note !== undefined && (
          <span className={`${classes.quiet} ${classes.note}`}>{strings.center.note(view.note)}</span>
        )}
        <div className={classes.notes}>
          <ExportNotes view={view} />
          <ExportLineage view={view} />
        </div>
      </th>
      <td className={classes.progress}>
        <ExportProgress view={view} />
      </td>
      <td className={classes.requester} title={view.requestedBy.email}>
        {view.requestedBy.name}
      </td>
      <td className={classes.createdAt}>
        <RelativeTime at={view.createdAt} testName="report-job-created-at" />
        <span className={classes.quiet}>
          <RelativeTime at={view.updatedAt} sentence={strings.center.updated} />
        </span>
      </td>
      <td className={classes.actions}>
        <ExportActions view={view} />
      </td>
    </tr>
  );
});

function ParameterSummary({ view }: { view: ExportView }) {
  const summary = useParameterSummary(view).join(' · ');
  return (
    <span className={classes.summary} title={summary}>
      {summary}
    </span>
  );
}
