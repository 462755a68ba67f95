import { Button, Group, Text } from '@mantine/core';
import { IconClockOff, IconDownload, IconFileOff, IconRefresh } from '@tabler/icons-react';
import { Navigate, useNavigate } from 'react-router';
import type { ProblemView } from '../../../core/contract/problem-schema.ts';
import { useDownload, useRunAgain } from '../api/export-actions.ts';
import { useExport } from '../api/exports.ts';
import { useMe } from '../api/me.ts';
import { problemCode } from '../api/problem-error.ts';
import { partFilesPath } from '../export/part-files.ts';
import { formatDay, formatInstant } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import { DownloadStarted } from './download-started.tsx';
import { Gate } from './gate.tsx';
import classes from './gates.module.css';
import { keptDays } from './kept-days.ts';
import { ToReports } from './to-reports.tsx';

/** The link is too old; the file may still be there. */
export function LinkExpired({ problem }: { problem: ProblemView }) {
  const texts = strings.gates.linkExpired;
  const { exportId = '', reportTitle, expiredAt, fileAvailable = false } = problem;
  const download = useDownload();
  if (problemCode(download.error) === 'part_required') return <Navigate replace to={partFilesPath(exportId)} />;
  if (download.data) {
    return (
      <DownloadStarted
        file={{ ...download.data, exportId, reportTitle }}
        isFetching={download.isPending}
        onDownloadAgain={() => download.mutate({ exportId })}
      />
    );
  }
  return (
    <Gate icon={IconClockOff} title={texts.title} subject={reportTitle} testName="expired-download-page">
      <Text>
        {expiredAt !== undefined && <OnDay instant={expiredAt} say={texts.expiredOn} />} {texts.body(fileAvailable)}
      </Text>
      {fileAvailable ? (
        <Group>
          <Button
            data-test="expired-download-regenerate-cta"
            loading={download.isPending}
            leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}
            onClick={() => download.mutate({ exportId })}
          >
            {texts.download}
          </Button>
          <ToReports exportId={exportId} />
        </Group>
      ) : (
        <RunAgain exportId={exportId} />
      )}
      {download.error && <Text className={classes.refusal}>{download.error.message}</Text>}
    </Gate>
  );
}

/** The file was kept for as long as was said, and then removed. */
export function FileRemoved({ problem }: { problem: ProblemView }) {
  const texts = strings.gates.fileRemoved;
  const { exportId = '', reportTitle, expiredAt } = problem;
  const { data: found } = useExport(exportId);
  const days = found && keptDays(found);
  return (
    <Gate icon={IconFileOff} title={texts.title} subject={reportTitle} testName="expired-download-page">
      <Text>
        {expiredAt !== undefined && <OnDay instant={expiredAt} say={texts.removedOn} />} {texts.body(days)}
      </Text>
      <RunAgain exportId={exportId} />
    </Gate>
  );
}

/** Makes the same file anew, in a new export. */
function RunAgain({ exportId }: { exportId: string }) {
  const texts = strings.gates.runAgain;
  const { data: me } = useMe();
  const navigate = useNavigate();
  const rerun = useRunAgain(exportId, '/rerun');
  const isPaused = me?.rollout.acceptExports === false;
  return (
    <>
      <Group>
        <Button
          data-test="expired-download-regenerate-cta"
          disabled={isPaused}
          loading={rerun.isPending}
          leftSection={<IconRefresh size={16} stroke={1.6} aria-hidden />}
          onClick={() => rerun.mutate(undefined, { onSuccess: () => void navigate('/') })}
        >
          {texts.run}
        </Button>
        <ToReports exportId={exportId} />
      </Group>
      {isPaused && <Text>{strings.shell.banners.acceptExports}</Text>}
      {rerun.error && <Text className={classes.refusal}>{texts.refused(rerun.error.message)}</Text>}
    </>
  );
}

/** A sentence with a day in it, whose exact time shows on hover. */
function OnDay({ instant, say }: { instant: string; say: (day: string) => string }) {
  return (
    <time dateTime={instant} title={formatInstant(instant)}>
      {say(formatDay(instant))}
    </time>
  );
}
