import { Text } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { CardPage } from '../shell/card-page.tsx';
import { Notice } from '../shell/notice.tsx';
import { usePageTitle } from '../shell/page-title.tsx';
import { strings } from '../strings/strings.ts';
import { ToReports } from './to-reports.tsx';

/** For every address that leads nowhere. */
export function NotFoundPage() {
  const texts = strings.gates.notFound;
  usePageTitle(texts.title);
  return (
    <CardPage>
      <Notice icon={<IconMapQuestion size={22} stroke={1.6} aria-hidden />} title={texts.title}>
        <Text>{texts.body}</Text>
        <ToReports />
      </Notice>
    </CardPage>
  );
}
