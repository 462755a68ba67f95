import type { ExportEventView } from '../../../core/contract/export-schemas.ts';
import { ExportLink } from '../export/export-link.tsx';
import { formatInstant } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import classes from './detail.module.css';
import { eventText, type NameOf } from './event-text.ts';
import { Section } from './section.tsx';

export interface TimelineSectionProps {
  readonly events: readonly ExportEventView[];
  readonly nameOf: NameOf;
}

/** Everything that happened to the export: what, who and when. New lines come at the end, so that none moves. */
export function TimelineSection({ events, nameOf }: TimelineSectionProps) {
  return (
    <Section title={strings.detail.sections.timeline} testName="export-timeline">
      <ol className={classes.timeline}>
        {events.map((event) => {
          const { text, tone, exportId } = eventText(event, nameOf);
          return (
            <li key={event.version} data-tone={tone} data-event={event.type}>
              <span className={classes.what}>
                {text}
                {exportId !== undefined && (
                  <>
                    {' · '}
                    <ExportLink exportId={exportId} className={classes.link}>
                      {strings.detail.facts.otherExport(exportId.slice(-8))}
                    </ExportLink>
                  </>
                )}
              </span>
              <span className={classes.quiet}>
                {nameOf(event.by)} · <time dateTime={event.at}>{formatInstant(event.at)}</time>
              </span>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
