import { Button, CopyButton, Group, Skeleton } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload, IconFileDownload } from '@tabler/icons-react';
import type { DownloadView } from '../../../core/contract/download-schemas.ts';
import { formatBytes } from '../format/numbers.ts';
import { strings } from '../strings/strings.ts';
import { Gate } from './gate.tsx';
import classes from './gates.module.css';
import { ToReports } from './to-reports.tsx';

/** While the link is being opened. */
export function LookingForFile() {
  const texts = strings.gates.looking;
  return (
    <Gate title={texts.title}>
      <Skeleton height={14} width="70%" />
      <Skeleton height={14} width="40%" />
    </Gate>
  );
}

export interface DownloadStartedProps {
  readonly file: DownloadView & { readonly exportId?: string; readonly reportTitle?: string | undefined };
  readonly isFetching: boolean;
  readonly onDownloadAgain: () => void;
}

/** After the file was handed to the browser: what it is, and how to check it. */
export function DownloadStarted({ file, isFetching, onDownloadAgain }: DownloadStartedProps) {
  const texts = strings.gates.started;
  return (
    <Gate icon={IconFileDownload} title={texts.title} subject={file.reportTitle}>
      <dl className={classes.facts}>
        <dt>{texts.name}</dt>
        <dd>{file.fileName}</dd>
        <dt>{texts.size}</dt>
        <dd>{formatBytes(file.bytes)}</dd>
        <dt>{texts.sha256}</dt>
        <dd>
          <code className={classes.checksum}>{file.sha256}</code> <CopyChecksum sha256={file.sha256} />
        </dd>
      </dl>
      <Group>
        <Button
          variant="default"
          loading={isFetching}
          leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}
          onClick={onDownloadAgain}
        >
          {texts.again}
        </Button>
        <ToReports exportId={file.exportId} />
      </Group>
    </Gate>
  );
}

function CopyChecksum({ sha256 }: { sha256: string }) {
  return (
    <CopyButton value={sha256}>
      {({ copied, copy }) => (
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
          onClick={copy}
        >
          {copied ? strings.common.copied : strings.common.copy}
        </Button>
      )}
    </CopyButton>
  );
}
