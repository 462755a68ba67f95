import { Text } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { CardPage } from '../shell/card-page.tsx';
import { strings } from '../strings/strings.ts';
import { Gate } from './gate.tsx';
import { ToReports } from './to-reports.tsx';

/** For every address that leads nowhere. */
export function NotFoundPage() {
  const texts = strings.gates.notFound;
  return (
    <CardPage>
      <Gate icon={IconMapQuestion} title={texts.title}>
        <Text>{texts.body}</Text>
        <ToReports />
      </Gate>
    </CardPage>
  );
}
