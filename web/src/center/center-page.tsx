import { Title } from '@mantine/core';
import { strings } from '../strings/strings.ts';

/** The list of exports, and the way to new ones. */
export function CenterPage() {
  return (
    <main id="content" data-test="report-center">
      <Title order={1} data-test="report-center-h1">
        {strings.common.reports}
      </Title>
    </main>
  );
}
