import { Text, Title, UnstyledButton } from '@mantine/core';
import { useId } from 'react';
import classes from './catalog.module.css';
import type { ReportGroup } from './search-reports.ts';

export interface ReportCardsProps {
  readonly group: ReportGroup;
  readonly onChoose: (reportId: string) => void;
}

/** The reports under one heading of the catalog. */
export function ReportCards({ group, onChoose }: ReportCardsProps) {
  const headingId = useId();
  return (
    <section aria-labelledby={headingId}>
      <Title order={3} id={headingId} className={classes.heading}>
        {group.name}
      </Title>
      <ul className={classes.cards}>
        {group.reports.map(({ id, title, description }) => (
          <li key={id} className={classes.item}>
            <UnstyledButton
              className={classes.card}
              data-test="report-type-card"
              data-report={id}
              onClick={() => onChoose(id)}
            >
              <Text component="span" className={classes.title}>
                {title}
              </Text>
              <Text component="span" size="sm" className={classes.description}>
                {description}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
