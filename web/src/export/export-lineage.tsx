import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { strings } from '../strings/strings.ts';
import classes from './export-lineage.module.css';
import { ExportLink } from './export-link.tsx';

/** The exports this one comes from, or that came of it, to be opened. */
export function ExportLineage({ view: { retryOf, rerunOf, retriedBy } }: { view: ExportView }) {
  const relatives = [
    [strings.export.retryOf, retryOf],
    [strings.export.rerunOf, rerunOf],
    [strings.export.retriedBy, retriedBy],
  ] as const;
  if (relatives.every(([, exportId]) => exportId === undefined)) return null;
  return (
    <p className={classes.links}>
      {relatives.map(
        ([words, exportId]) =>
          exportId !== undefined && (
            <ExportLink key={words} exportId={exportId} className={classes.link}>
              {words}
            </ExportLink>
          ),
      )}
    </p>
  );
}
