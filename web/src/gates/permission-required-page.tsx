import { Button, Text } from '@mantine/core';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMe } from '../api/me.ts';
import { ProblemError, problemCode } from '../api/problem-error.ts';
import { useReport } from '../api/reports.ts';
import { generatePath } from '../generate/generate-path.ts';
import { strings } from '../strings/strings.ts';
import { FailureNotice } from './failure-page.tsx';
import { Gate } from './gate.tsx';
import { RequestAccess } from './request-access.tsx';

export interface PermissionRequiredPageProps {
  readonly reportId: string;
}

/** Instead of a report's form, for people who may not have it: says so, and lets them ask an admin. */
export function PermissionRequiredPage({ reportId }: PermissionRequiredPageProps) {
  // Whoever asked before and shows this for the answer would take it away again while this asks.
  const { data: report, error, refetch } = useReport(reportId, { retryOnMount: false });
  if (report) return <AccessGranted reportId={reportId} reportTitle={report.title} />;
  if (error === null) return null;
  if (problemCode(error) !== 'permission_required')
    return <FailureNotice error={error} onRetry={() => void refetch()} />;
  const reportTitle = error instanceof ProblemError ? error.problem?.reportTitle : undefined;
  return <AccessMissing reportId={reportId} reportTitle={reportTitle} />;
}

interface OfReport {
  readonly reportId: string;
  readonly reportTitle: string | undefined;
}

function AccessMissing({ reportId, reportTitle }: OfReport) {
  const texts = strings.gates.permissionRequired;
  const { data: me } = useMe();
  return (
    <Gate icon={IconLock} title={texts.title} subject={reportTitle} testName="permission-required-page">
      <Text>{texts.body(me?.account.id)}</Text>
      <RequestAccess reportId={reportId} />
    </Gate>
  );
}

/** Somebody has meanwhile given them what they asked for. */
function AccessGranted({ reportId, reportTitle }: OfReport) {
  const texts = strings.gates.accessGranted;
  return (
    <Gate icon={IconLockOpen} title={texts.title} subject={reportTitle}>
      <Button component={Link} to={generatePath({ type: reportId })}>
        {texts.open}
      </Button>
    </Gate>
  );
}
