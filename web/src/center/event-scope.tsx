import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useChoiceLabels } from '../api/choice-labels.ts';
import { useReports } from '../api/reports.ts';
import { strings } from '../strings/strings.ts';

/** Which event the list is of, by its name as soon as it is known. */
export function EventScope({ eventId }: { eventId: string }) {
  const { data: reports = [] } = useReports();
  // Any report that is about an event knows the events' names.
  const about = reports.find(({ scope }) => scope === 'event');
  const [label] = useChoiceLabels(
    about === undefined ? [] : [{ reportId: about.id, filter: 'event', value: eventId, filters: {} }],
  );
  return (
    <Text>
      {strings.center.ofEvent(label ?? strings.center.unknownEvent(eventId))}{' '}
      <Anchor component={Link} to="/" underline="always">
        {strings.center.allReports}
      </Anchor>
    </Text>
  );
}
