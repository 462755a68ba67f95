import { Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './detail.module.css';

export interface SectionProps {
  readonly title: string;
  /** For tests. */
  readonly testName?: string;
  readonly children: ReactNode;
}

/** One part of what is known of an export, under its heading. */
export function Section({ title, testName, children }: SectionProps) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id} data-test={testName}>
      <Title order={3} id={id} className={classes.heading}>
        {title}
      </Title>
      {children}
    </section>
  );
}
