import type { ExportEventView } from '../../../core/contract/export-schemas.ts';

/** One try at producing the file, as the timeline tells of it. */
export interface AttemptHistory {
  readonly number: number;
  readonly startedAt: string;
  /** `lost`: another one began although this one never said that it was over. */
  readonly outcome: 'running' | 'ready' | 'failed' | 'cancelled' | 'released' | 'lost';
  readonly endedAt?: string;
  /** Why it was given up or failed: a failure code, or `stopped`. */
  readonly reason?: string;
}

const endings = ['ready', 'failed', 'cancelled'] as const;

/** Every attempt, oldest first. */
export function attemptsOf(events: readonly ExportEventView[]): readonly AttemptHistory[] {
  const attempts: AttemptHistory[] = [];
  const close = (end: Pick<AttemptHistory, 'outcome' | 'endedAt' | 'reason'>) => {
    const last = attempts.at(-1);
    if (last?.outcome === 'running') attempts[attempts.length - 1] = { ...last, ...end };
  };
  for (const { type, at, details } of events) {
    const ending = endings.find((each) => each === type);
    if (type === 'claimed') {
      close({ outcome: 'lost' });
      attempts.push({ number: Number(details.attempt), startedAt: at, outcome: 'running' });
    } else if (type === 'released') {
      close({ outcome: 'released', endedAt: at, reason: String(details.reason) });
    } else if (ending !== undefined) {
      close({
        outcome: ending,
        endedAt: at,
        ...(typeof details.code === 'string' && { reason: details.code }),
      });
    }
  }
  return attempts;
}

/** Downloads, as the timeline tells of them. */
export interface DownloadHistory {
  readonly count: number;
  readonly refused: number;
  readonly last?: { readonly at: string; readonly by: string };
}

export function downloadsOf(events: readonly ExportEventView[]): DownloadHistory {
  const downloads = events.filter(({ type }) => type === 'downloaded');
  const last = downloads.at(-1);
  return {
    count: downloads.length,
    refused: events.filter(({ type }) => type === 'download_refused').length,
    ...(last && { last: { at: last.at, by: last.by } }),
  };
}
