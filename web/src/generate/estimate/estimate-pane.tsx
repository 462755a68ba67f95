import { Skeleton, Text, Title, VisuallyHidden } from '@mantine/core';
import { useId } from 'react';
import { strings } from '../../strings/strings.ts';
import { FormNotice } from '../form-notice.tsx';
import classes from './estimate-pane.module.css';
import { PreviewTable } from './preview-table.tsx';
import { rowsText } from './rows-text.ts';
import type { LiveEstimate } from './use-live-estimate.ts';

/** How many rows the file would have, what to know of it before, and its beginning. */
export function EstimatePane({ estimate: { view, state } }: { estimate: LiveEstimate }) {
  const headingId = useId();
  const texts = strings.generate.estimate;
  const isCurrent = state === 'current';
  return (
    <section className={classes.pane} aria-labelledby={headingId}>
      <Title order={3} id={headingId}>
        {texts.title}
      </Title>
      <div role="status" aria-live="polite" className={classes.status}>
        {state === 'updating' && <VisuallyHidden>{texts.updating}</VisuallyHidden>}
        {view === undefined && state === 'updating' && <Skeleton h={28} w="10rem" />}
        {view !== undefined && (
          <Text className={classes.rows} data-stale={!isCurrent || undefined}>
            {rowsText(view)}
          </Text>
        )}
        <Text size="sm" className={classes.quiet}>
          {state === 'waiting' && texts.waiting}
          {state === 'refused' && texts.correcting}
          {state === 'failed' && texts.failed}
          {isCurrent && view !== undefined && view.route !== 'small' && texts.large}
        </Text>
      </div>
      {view !== undefined && (
        <div className={classes.details} data-stale={!isCurrent || undefined}>
          {view.warnings.map(({ message }) => (
            <FormNotice key={message} tone="warning">
              {message}
            </FormNotice>
          ))}
          <PreviewTable columns={view.columns} rows={view.preview} />
        </div>
      )}
      {view === undefined && state === 'updating' && <Skeleton className={classes.tableSkeleton} />}
    </section>
  );
}
