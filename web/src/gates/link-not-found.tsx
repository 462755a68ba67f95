import { Text } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import type { ProblemView } from '../../../core/contract/problem-schema.ts';
import { Notice } from '../shell/notice.tsx';
import { usePageTitle } from '../shell/page-title.tsx';
import { strings } from '../strings/strings.ts';
import { ToReports } from './to-reports.tsx';

/** The link is not whole, or not of this account, or what it led to was deleted. */
export function LinkNotFound({ problem }: { problem: ProblemView }) {
  const { title } = strings.gates.linkNotFound;
  usePageTitle(title);
  return (
    <Notice icon={<IconLinkOff size={22} stroke={1.6} aria-hidden />} title={title}>
      <Text>{problem.detail}</Text>
      <ToReports />
    </Notice>
  );
}
