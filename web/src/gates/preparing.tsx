import { Progress, Text } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { ProblemView } from '../../../core/contract/problem-schema.ts';
import { useExport } from '../api/exports.ts';
import { formatCount } from '../format/numbers.ts';
import { strings } from '../strings/strings.ts';
import { Gate } from './gate.tsx';
import classes from './gates.module.css';
import { ToReports } from './to-reports.tsx';

export interface PreparingProps {
  readonly problem: ProblemView;
  /** The file is there now. */
  readonly onReady: () => void;
}

/** The export has no file yet. Looks at the export, not at the link, whose every refusal is put on record. */
export function Preparing({ problem, onReady }: PreparingProps) {
  const { data: found } = useExport(problem.exportId ?? '');
  const isReady = found?.status === 'ready';
  useEffect(() => {
    if (isReady) onReady();
  }, [isReady, onReady]);

  if (found?.status === 'failed' || found?.status === 'cancelled') return <NoFile found={found} problem={problem} />;
  return <StillPreparing found={found} />;
}

function StillPreparing({ found }: { found: ExportView | undefined }) {
  const texts = strings.gates.preparing;
  const progress = found?.progress;
  return (
    <Gate title={texts.title} subject={found?.report.title}>
      <Text>{texts.body}</Text>
      <Progress className={classes.wide} value={progress?.percent ?? 0} aria-label={texts.title} />
      {/* Every two seconds: nobody wants to have that read out. */}
      <Text aria-live="off" c="var(--app-text-quiet)">
        {found?.status === 'queued' && found.queuePosition !== undefined
          ? texts.queued(formatCount(found.queuePosition))
          : texts.rows(formatCount(progress?.rowsWritten ?? 0))}
      </Text>
      <ToReports exportId={found?.id} />
    </Gate>
  );
}

/** It ended without one. */
function NoFile({ found, problem }: { found: ExportView; problem: ProblemView }) {
  const texts = strings.gates.noFile;
  return (
    <Gate icon={IconFileOff} title={texts.title} subject={found.report.title}>
      <Text>{problem.detail}</Text>
      {found.failure && <Text>{found.failure.message}</Text>}
      <ToReports exportId={found.id} />
    </Gate>
  );
}
