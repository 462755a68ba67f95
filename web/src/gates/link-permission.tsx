import { Text } from '@mantine/core';
import { IconLock, IconLockOff } from '@tabler/icons-react';
import type { ProblemView } from '../../../core/contract/problem-schema.ts';
import { strings } from '../strings/strings.ts';
import { Gate } from './gate.tsx';
import { RequestAccess } from './request-access.tsx';
import { ToReports } from './to-reports.tsx';

/** The file was sent to somebody else. */
export function NotForYou({ problem }: { problem: ProblemView }) {
  const texts = strings.gates.notForYou;
  return (
    <Gate icon={IconLock} title={texts.title} subject={problem.reportTitle} testName="permission-required-page">
      <Text>{problem.detail}</Text>
      {problem.reportId !== undefined && (
        <>
          <Text>{texts.alsoReport}</Text>
          <RequestAccess reportId={problem.reportId} />
        </>
      )}
      <ToReports />
    </Gate>
  );
}

/** It was theirs to read, and no longer is. */
export function PermissionLost({ problem }: { problem: ProblemView }) {
  const texts = strings.gates.permissionLost;
  return (
    <Gate icon={IconLockOff} title={texts.title} subject={problem.reportTitle} testName="permission-required-page">
      <Text>{problem.detail}</Text>
      <Text>{texts.body}</Text>
      {problem.reportId !== undefined && <RequestAccess reportId={problem.reportId} />}
      <ToReports />
    </Gate>
  );
}
