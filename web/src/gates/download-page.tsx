import { useCallback } from 'react';
import { Navigate, useParams } from 'react-router';
import { useOpenedLink } from '../api/downloads.ts';
import { ProblemError } from '../api/problem-error.ts';
import { partFilesPath } from '../export/part-files.ts';
import { CardPage } from '../shell/card-page.tsx';
import { DownloadStarted, LookingForFile } from './download-started.tsx';
import { FailureNotice } from './failure-page.tsx';
import { FileRemoved, LinkExpired } from './link-expired.tsx';
import { LinkNotFound } from './link-not-found.tsx';
import { NotForYou, PermissionLost } from './link-permission.tsx';
import { linkSituation } from './link-situation.ts';
import { Paused } from './paused.tsx';
import { Preparing } from './preparing.tsx';

/** Where links in mails lead: fetches the file, or says why there is none. Of several files it leads to their list. */
export function DownloadPage() {
  const { token = '' } = useParams();
  return (
    <CardPage>
      <BehindLink key={token} token={token} />
    </CardPage>
  );
}

function BehindLink({ token }: { token: string }) {
  const { data: opened, error, refetch, isFetching } = useOpenedLink(token);
  const openAgain = useCallback(() => void refetch(), [refetch]);
  if (error === null) {
    if (opened === undefined) return <LookingForFile />;
    return <DownloadStarted file={opened} isFetching={isFetching} onDownloadAgain={openAgain} />;
  }
  const problem = error instanceof ProblemError ? error.problem : undefined;
  const situation = linkSituation(error);
  if (problem === undefined || situation === 'failure') return <FailureNotice error={error} onRetry={openAgain} />;
  switch (situation) {
    case 'not_ready':
      return <Preparing problem={problem} onReady={openAgain} />;
    case 'link_expired':
      return <LinkExpired problem={problem} />;
    case 'file_expired':
      return <FileRemoved problem={problem} />;
    case 'permission_required':
      return <NotForYou problem={problem} />;
    case 'permission_revoked':
      return <PermissionLost problem={problem} />;
    case 'downloads_disabled':
      return <Paused onResumed={openAgain} />;
    case 'part_required':
      return <Navigate replace to={partFilesPath(problem.exportId ?? '')} />;
    case 'not_found':
      return <LinkNotFound problem={problem} />;
  }
}
