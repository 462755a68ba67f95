import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './section.module.css';

export interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** Fields that belong together, under a heading. */
export function Section({ title, children }: SectionProps) {
  return (
    <fieldset className={classes.section}>
      <Text component="legend" fw={600} className={classes.legend}>
        {title}
      </Text>
      <Stack gap="md">{children}</Stack>
    </fieldset>
  );
}
