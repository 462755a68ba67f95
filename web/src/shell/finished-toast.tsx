import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { formatBytes, formatCount } from '../format/numbers.ts';
import { strings } from '../strings/strings.ts';

const texts = strings.shell.finished;

/** How an export ended, in two lines. */
export function finishedFacts({ report, status, file, failure }: ExportView): { title: string; detail: string } {
  if (status === 'ready') {
    const detail = file ? texts.size(formatCount(file.rows), formatBytes(file.bytes)) : '';
    return { title: texts.ready(report.title), detail };
  }
  return { title: texts.failed(report.title), detail: failure?.message ?? '' };
}

export interface FinishedToastProps {
  readonly finished: ExportView;
  readonly onDownload: () => Promise<unknown>;
  readonly onOpen: () => void;
}

/** Below the toast's title: what came of the export, and what can be done with it. */
export function FinishedToast({ finished, onDownload, onOpen }: FinishedToastProps) {
  const [refusal, setRefusal] = useState<string>();
  const download = () => {
    setRefusal(undefined);
    onDownload().catch((error: Error) => setRefusal(error.message));
  };
  return (
    <Stack gap="xs">
      <Text size="sm">{finishedFacts(finished).detail}</Text>
      {refusal !== undefined && (
        <Text size="sm" c="var(--app-failed)">
          {refusal}
        </Text>
      )}
      <Group gap="xs">
        {finished.status === 'ready' && (
          <Button size="compact-sm" onClick={download}>
            {texts.download}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={onOpen}>
          {texts.open}
        </Button>
      </Group>
    </Stack>
  );
}
