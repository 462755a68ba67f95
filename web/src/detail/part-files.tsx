import { Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import type { PartFilesWaybill } from '../../../core/domain/waybill.ts';
import { useDownload } from '../api/export-actions.ts';
import { ActionButton } from '../export/action-button.tsx';
import { PART_FILES_HASH } from '../export/part-files.ts';
import { usePausedReason } from '../export/paused.ts';
import { tell, tellProblem } from '../export/tell.ts';
import { formatBytes, formatCount } from '../format/numbers.ts';
import { strings } from '../strings/strings.ts';
import { CopyValue } from './copy-value.tsx';
import classes from './part-files.module.css';

const words = strings.detail.file;

export interface PartFilesProps {
  readonly exportId: string;
  /** In file order. */
  readonly files: PartFilesWaybill['files'];
}

/** The files that an export is, each to be downloaded by itself. Whoever is led here begins at its heading. */
export function PartFiles({ exportId, files }: PartFilesProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { hash, key } = useLocation();
  const isMeant = hash === PART_FILES_HASH;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that somebody is led here has a key of its own
  useEffect(() => {
    if (isMeant) heading.current?.focus();
  }, [isMeant, key]);
  return (
    <>
      {/* A drawer that opens looks for what is to have the focus in it. */}
      <Title
        order={4}
        ref={heading}
        className={classes.heading}
        tabIndex={-1}
        {...(isMeant && { 'data-autofocus': true })}
      >
        {words.partFiles(files.length, formatCount(files.length))}
      </Title>
      <ol className={classes.files} data-test="export-part-files">
        {files.map((file, index) => (
          <PartFile key={file.key} exportId={exportId} part={index + 1} file={file} />
        ))}
      </ol>
    </>
  );
}

interface PartFileProps {
  readonly exportId: string;
  readonly part: number;
  readonly file: PartFilesWaybill['files'][number];
}

function PartFile({ exportId, part, file: { name, rows, bytes, sha256 } }: PartFileProps) {
  const download = useDownload();
  const pausedReason = usePausedReason()('download');
  const start = () => {
    if (pausedReason !== undefined) tell(pausedReason);
    else if (!download.isPending) download.mutate({ exportId, part }, { onError: tellProblem });
  };
  return (
    <li className={classes.file}>
      <span className={classes.name}>{name}</span>
      <span className={classes.quiet}>
        {strings.export.rows(rows)} · {formatBytes(bytes)}
      </span>
      <span className={classes.actions}>
        <ActionButton
          action="download"
          title={name}
          isForemost
          isPending={download.isPending}
          pausedReason={pausedReason}
          onAct={start}
        />
      </span>
      <span className={classes.checksum}>
        <code>{sha256}</code>
        <CopyValue value={sha256} what={words.sha256Of(name)} />
      </span>
    </li>
  );
}
