import { Button, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { problemWords } from '../export/tell.ts';
import { strings } from '../strings/strings.ts';
import { type CenterSearch, hasFilters, withoutFilters } from './center-search.ts';
import classes from './center-states.module.css';
import { GenerateCta } from './generate-cta.tsx';

export interface EmptyListProps {
  readonly search: CenterSearch;
  readonly eventId: string | undefined;
  readonly onChange: (change: Partial<CenterSearch>) => void;
}

/** There is nothing: at all, with these filters, or any further back. */
export function EmptyList({ search, eventId, onChange }: EmptyListProps) {
  const { empty, emptyOlder, nothingMatches, clear, backToNewest } = strings.center;
  if (hasFilters(search)) {
    return (
      <Message title={nothingMatches.title} body={nothingMatches.body}>
        <Button variant="default" onClick={() => onChange(withoutFilters)}>
          {clear}
        </Button>
      </Message>
    );
  }
  if (search.olderThan !== undefined) {
    return (
      <Message title={emptyOlder.title} body={emptyOlder.body}>
        <Button variant="default" onClick={() => onChange({ olderThan: undefined })}>
          {backToNewest}
        </Button>
      </Message>
    );
  }
  return (
    <Message title={empty.title} body={empty.body}>
      <GenerateCta eventId={eventId} />
    </Message>
  );
}

export interface ListFailedProps {
  readonly error: Error;
  readonly onRetry: () => void;
}

/** There was no answer to show. */
export function ListFailed({ error, onRetry }: ListFailedProps) {
  return (
    <div role="alert">
      <Message title={strings.center.failed} body={problemWords(error)}>
        <Button variant="default" onClick={onRetry}>
          {strings.common.tryAgain}
        </Button>
      </Message>
    </div>
  );
}

/** What is shown was there before the last answer, which did not come. */
export function StaleNotice({ onRetry }: Pick<ListFailedProps, 'onRetry'>) {
  return (
    <div className={classes.stale} role="status">
      <Text component="span">{strings.center.stale}</Text>
      <Button variant="subtle" size="compact-sm" onClick={onRetry}>
        {strings.common.tryAgain}
      </Button>
    </div>
  );
}

function Message({ title, body, children }: { title: string; body: string; children: ReactNode }) {
  return (
    <Paper className={classes.message} withBorder>
      <Title order={2}>{title}</Title>
      <Text>{body}</Text>
      {children}
    </Paper>
  );
}
