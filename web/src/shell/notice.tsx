import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

export interface NoticeProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** What it is about, e.g. the report's title. */
  readonly subject?: string | undefined;
  /** Name for tests. */
  readonly testName?: string;
  readonly children: ReactNode;
}

/** What a card says: what is the matter, with what, what that means, and what can be done. */
export function Notice({ icon, title, subject, testName, children }: NoticeProps) {
  return (
    <Stack align="flex-start" gap="md" data-test={testName}>
      <div className={classes.head}>
        {icon !== undefined && <span className={classes.icon}>{icon}</span>}
        <div>
          <Title order={1}>{title}</Title>
          {subject !== undefined && <Text className={classes.subject}>{subject}</Text>}
        </div>
      </div>
      {children}
    </Stack>
  );
}
