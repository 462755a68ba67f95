import { Alert, Button, Drawer, Skeleton, Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useExport } from '../api/exports.ts';
import { problemCode } from '../api/problem-error.ts';
import { StatusPill } from '../export/status-pill.tsx';
import { strings } from '../strings/strings.ts';
import classes from './detail.module.css';
import { ExportDetail } from './export-detail.tsx';
import { useReturnFocus } from './use-return-focus.ts';

export interface ExportDrawerProps {
  readonly exportId: string;
  readonly onClose: () => void;
}

/** All there is to know of one export. */
export function ExportDrawer({ exportId, onClose }: ExportDrawerProps) {
  const { data: view, error, refetch } = useExport(exportId);
  const [isOpen, setIsOpen] = useState(false);
  useReturnFocus();
  // After the first paint, so that it is seen to come in.
  useEffect(() => setIsOpen(true), []);

  return (
    <Drawer
      opened={isOpen}
      onClose={() => setIsOpen(false)}
      onExitTransitionEnd={onClose}
      returnFocus={false}
      position="right"
      classNames={{ content: classes.drawer, header: classes.header, body: classes.body, title: classes.title }}
      closeButtonProps={{ 'aria-label': strings.common.close }}
      title={
        <>
          {view?.report.title ?? strings.detail.title} {view !== undefined && <StatusPill status={view.status} />}
        </>
      }
      data-test="export-drawer"
    >
      {view !== undefined && <ExportDetail key={exportId} view={view} />}
      {view === undefined && error === null && <LoadingDetail />}
      {view === undefined && error !== null && (
        <Alert color="orange" title={titleOf(error)} data-test="export-drawer-error">
          <Stack align="flex-start" gap="sm">
            {error.message}
            {problemCode(error) === undefined && (
              <Button variant="default" onClick={() => void refetch()}>
                {strings.common.tryAgain}
              </Button>
            )}
          </Stack>
        </Alert>
      )}
    </Drawer>
  );
}

function titleOf(error: Error): string {
  switch (problemCode(error)) {
    case 'not_found':
      return strings.detail.notFound;
    case 'permission_revoked':
      return strings.detail.noAccess;
    default:
      return strings.detail.failedToLoad;
  }
}

function LoadingDetail() {
  return (
    <Stack aria-label={strings.detail.loading} aria-busy role="status">
      <Skeleton height={24} width="40%" />
      <Skeleton height={160} />
      <Skeleton height={240} />
    </Stack>
  );
}
