import { Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './card-page.module.css';

/** A page that says one thing, on a centred card of at most 640 px. What the card says may change: it is read out. */
export function CardPage({ children }: { children: ReactNode }) {
  return (
    <main id="content" className={classes.page} tabIndex={-1}>
      <Paper className={classes.card} withBorder p="xl" radius="lg" aria-live="polite">
        {children}
      </Paper>
    </main>
  );
}
