import { formatCount } from '../format/numbers.ts';
import { formatInstant } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import classes from './detail.module.css';
import type { DownloadHistory } from './event-history.ts';
import type { NameOf } from './event-text.ts';
import { Section } from './section.tsx';

const words = strings.detail.downloads;

export interface DownloadsSectionProps {
  readonly downloads: DownloadHistory;
  readonly nameOf: NameOf;
}

/** How often the file was fetched, and by whom last. */
export function DownloadsSection({ downloads: { count, refused, last }, nameOf }: DownloadsSectionProps) {
  return (
    <Section title={strings.detail.sections.downloads} testName="export-downloads">
      {last === undefined ? (
        <p className={classes.quiet}>{words.none}</p>
      ) : (
        <p>
          {words.count(count, formatCount(count))}, {words.last}{' '}
          <time dateTime={last.at}>{formatInstant(last.at)}</time> {words.by(nameOf(last.by))}
        </p>
      )}
      {refused > 0 && <p className={classes.missed}>{words.refused(refused, formatCount(refused))}</p>}
    </Section>
  );
}
