import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { formatBytes, formatPercent } from '../format/numbers.ts';
import { formatDuration } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import classes from './export-progress.module.css';
import { partFilesOf } from './part-files.ts';
import { RelativeTime } from './relative-time.tsx';

export interface ExportProgressProps {
  readonly view: ExportView;
}

/** How far an export is: its place in the queue, its rows while it runs, the file's size and end when it is ready. */
export function ExportProgress({ view }: ExportProgressProps) {
  const { status, file, progress } = view;
  if (status === 'queued') return <p className={classes.line}>{queueWords(view)}</p>;
  if (status === 'running') return <RunningProgress progress={progress} />;
  if (file === undefined) return null;
  return (
    <>
      <p className={classes.line}>
        {strings.export.rows(file.rows)} · {sizeWords(view)}
      </p>
      {view.expiresAt !== undefined && (
        <p className={classes.quiet}>
          <RelativeTime at={view.expiresAt} sentence={strings.export.expires} />
        </p>
      )}
    </>
  );
}

function sizeWords(view: ExportView): string {
  const size = formatBytes(view.file?.bytes ?? 0);
  const partFiles = partFilesOf(view);
  return partFiles > 1 ? strings.export.inFiles(size, partFiles) : size;
}

function queueWords({ phase, queuePosition }: ExportView): string {
  if (phase === 'starting') return strings.export.starting;
  if (queuePosition === undefined) return strings.export.waiting;
  return queuePosition === 1 ? strings.export.nextInQueue : strings.export.queuePosition(queuePosition);
}

function RunningProgress({ progress }: Pick<ExportView, 'progress'>) {
  const { percent, etaSeconds } = progress ?? {};
  return (
    <>
      <progress
        className={classes.bar}
        aria-label={strings.export.progress}
        max={100}
        // A bar without a value is "under way" to a screen reader, and empty to the eye.
        {...(percent !== undefined && { value: percent })}
      />
      <p className={classes.line}>{progress === undefined ? strings.export.preparing : rowsWords(progress)}</p>
      <p className={classes.quiet}>
        {[
          percent !== undefined && formatPercent(percent),
          etaSeconds !== undefined && etaSeconds > 0 && strings.export.timeLeft(formatDuration(etaSeconds)),
        ]
          .filter((part) => part !== false)
          .join(' · ')}
      </p>
    </>
  );
}

function rowsWords({ rowsWritten, rowsTotal, rowsTotalExact = false }: NonNullable<ExportView['progress']>): string {
  if (rowsTotal === undefined) return strings.export.rows(rowsWritten);
  return strings.export.rowsOf(rowsWritten, rowsTotal, rowsTotalExact);
}
