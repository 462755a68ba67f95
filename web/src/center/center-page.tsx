import { Title } from '@mantine/core';
import { useParams } from 'react-router';
import { strings } from '../strings/strings.ts';

/** The list of exports of an account, or of one of its events. */
export function CenterPage() {
  const { eventId } = useParams();
  return (
    <main id="content" data-test="report-center" data-event={eventId}>
      <Title order={1} data-test="report-center-h1">
        {strings.common.reports}
      </Title>
    </main>
  );
}
