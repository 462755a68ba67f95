import { Paper, Stack } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './card-page.module.css';

export interface CardPageProps {
  /** The document's title. */
  readonly title: string;
  /** For tests, on the card. */
  readonly testName?: string;
  readonly children: ReactNode;
}

/** A page that says one thing, on a centred card of at most 640 px. */
export function CardPage({ title, testName, children }: CardPageProps) {
  useDocumentTitle(title);
  return (
    <main className={classes.page}>
      <Paper className={classes.card} withBorder p="xl" radius="lg" data-test={testName}>
        <Stack align="flex-start" gap="md">
          {children}
        </Stack>
      </Paper>
    </main>
  );
}
