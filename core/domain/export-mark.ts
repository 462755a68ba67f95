import type { Attempt, ExportRecord } from './export-record.ts';

/** What an export can only leave for a later one. Admission writes no event, and so no version. */
const stages = { waiting: 0, admitted: 1, running: 2, ended: 3 } as const;

/** What is further back than any place that is told. */
const BEYOND = Number.POSITIVE_INFINITY;

/** How far an export had come when somebody was told of it: enough to know an older state from a newer one. */
export interface ExportMark {
  readonly version: number;
  readonly stage: number;
  readonly attempt: number;
  /** Of the attempt that runs, which writes no events either; 0 when none does. */
  readonly progressAt: number;
  /** In the line; undefined when none was told. */
  readonly place: number | undefined;
}

export function markOf(record: ExportRecord, attempt: Attempt | undefined, place: number | undefined): ExportMark {
  const isRunning = record.status === 'running';
  return {
    version: record.version,
    stage: stageOf(record),
    attempt: record.attempt,
    progressAt: isRunning ? (attempt?.progress.updatedAt ?? 0) : 0,
    place,
  };
}

function stageOf({ status, admittedAt }: ExportRecord): number {
  if (status === 'running') return stages.running;
  if (status !== 'queued') return stages.ended;
  return admittedAt === undefined ? stages.waiting : stages.admitted;
}

/**
 * Whether somebody who was told `seen` would be told something older. A place further back may be true, when one that was
 * asked for before has come to the line later: then it is looked up once more for nothing.
 */
export function isBehind(mark: ExportMark, seen: ExportMark): boolean {
  if (mark.version < seen.version || mark.stage < seen.stage) return true;
  if (mark.stage > seen.stage) return false;
  if (mark.stage === stages.waiting) return seen.place !== undefined && (mark.place ?? BEYOND) > seen.place;
  return mark.attempt === seen.attempt && mark.progressAt < seen.progressAt;
}

const PATTERN = /^(\d{1,9})-([0-3])-(\d{1,9})-([0-9a-z]{1,10})-(\d{0,9})$/;

/** As it stands in an entity tag. */
export function markText({ version, stage, attempt, progressAt, place }: ExportMark): string {
  return [version, stage, attempt, progressAt.toString(36), place ?? ''].join('-');
}

/** @returns undefined for what was never made of a mark */
export function markFrom(text: string): ExportMark | undefined {
  const [, version, stage, attempt, progressAt, place] = PATTERN.exec(text) ?? [];
  if (progressAt === undefined) return undefined;
  return {
    ...{ version: Number(version), stage: Number(stage), attempt: Number(attempt) },
    progressAt: Number.parseInt(progressAt, 36),
    place: place === '' ? undefined : Number(place),
  };
}
