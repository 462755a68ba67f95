import { Text } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import type { ProblemView } from '../../../core/contract/problem-schema.ts';
import { strings } from '../strings/strings.ts';
import { Gate } from './gate.tsx';
import { ToReports } from './to-reports.tsx';

/** The link is not whole, or not of this account, or what it led to was deleted. */
export function LinkNotFound({ problem }: { problem: ProblemView }) {
  const { title } = strings.gates.linkNotFound;
  return (
    <Gate icon={IconLinkOff} title={title}>
      <Text>{problem.detail}</Text>
      <ToReports />
    </Gate>
  );
}
