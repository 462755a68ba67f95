import { Skeleton } from '@mantine/core';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { Waybill } from '../../../core/domain/waybill.ts';
import { useWaybill } from '../api/export-detail.ts';
import { formatBytes, formatCount } from '../format/numbers.ts';
import { formatInstant } from '../format/times.ts';
import { strings } from '../strings/strings.ts';
import classes from './detail.module.css';
import { Fact, Facts } from './facts.tsx';
import { PartFiles } from './part-files.tsx';
import { Section } from './section.tsx';

const words = strings.detail.file;

/** The file, and the manifest that proves it complete. */
export function FileSection({ view: { id, status, file } }: { view: ExportView }) {
  return (
    <Section title={strings.detail.sections.file} testName="export-waybill">
      {status === 'ready' ? (
        <ReadyFile exportId={id} sha256={file?.sha256} />
      ) : (
        <p className={classes.quiet}>{whyNoFile(status)}</p>
      )}
    </Section>
  );
}

function whyNoFile(status: ExportView['status']): string {
  if (status === 'expired') return words.gone;
  return status === 'queued' || status === 'running' ? words.none : words.neverMade;
}

function ReadyFile({ exportId, sha256 }: { exportId: string; sha256: string | undefined }) {
  const { data: waybill, error } = useWaybill(exportId);
  if (waybill !== undefined) return <WaybillFacts exportId={exportId} waybill={waybill} sha256={sha256} />;
  if (error !== null) {
    return (
      <p role="alert">
        {words.unavailable}: {error.message}
      </p>
    );
  }
  return <Skeleton height={280} />;
}

interface WaybillFactsProps {
  readonly exportId: string;
  readonly waybill: Waybill;
  /** What is on record: that of the file, or of the waybill where it lists several. */
  readonly sha256: string | undefined;
}

function WaybillFacts({ exportId, waybill, sha256 }: WaybillFactsProps) {
  const { file, snapshot } = waybill;
  const isSeveral = waybill.schemaVersion === 2;
  const command = isSeveral ? words.checkSeveralCommand(file.name) : words.checkCommand(file.name);
  return (
    <>
      <Facts>
        <Fact name={words.name} copy={file.name} isCode>
          {file.name}
        </Fact>
        <Fact name={words.size} copy={String(file.bytes)}>
          {words.bytes(formatBytes(file.bytes), formatCount(file.bytes))}
        </Fact>
        <Fact name={words.rows} copy={String(file.rows)}>
          {formatCount(file.rows)}
        </Fact>
        <Fact name={isSeveral ? words.waybillSha256 : words.sha256} copy={sha256} isCode>
          {sha256}
        </Fact>
        <Fact name={words.check} copy={command} isCode>
          {command}
        </Fact>
      </Facts>
      <p className={classes.quiet}>{isSeveral ? words.checkSeveralMeaning : words.checkMeaning}</p>
      {isSeveral && <PartFiles exportId={exportId} files={waybill.files} />}
      <Facts>
        <Fact name={words.snapshotAt} copy={snapshot.takenAt}>
          <time dateTime={snapshot.takenAt}>{formatInstant(snapshot.takenAt)}</time>
        </Fact>
        {snapshot.databaseSnapshotId !== undefined && (
          <Fact name={words.snapshotId} copy={snapshot.databaseSnapshotId} isCode>
            {snapshot.databaseSnapshotId}
          </Fact>
        )}
        <Fact name={words.expires}>
          <time dateTime={waybill.expiresAt}>{formatInstant(waybill.expiresAt)}</time>
        </Fact>
        <Fact name={words.wholeWaybill} copy={JSON.stringify(waybill, null, 2)}>
          {words.asJson}
        </Fact>
      </Facts>
    </>
  );
}
