import { useMe } from '../api/me.ts';
import { strings } from '../strings/strings.ts';
import type { ExportAction } from './offered-actions.ts';

/** Why an action is not to be had for the moment; undefined when it is. */
export type PausedReason = (action: ExportAction) => string | undefined;

/** By the rollout flags: what is switched off is told before it is tried. */
export function usePausedReason(): PausedReason {
  const { data: me } = useMe();
  return (action) => {
    if (me === undefined) return undefined;
    if (action === 'download') return me.rollout.allowDownloads ? undefined : strings.export.downloadsPaused;
    const startsOne = action === 'retry' || action === 'rerun' || action === 'change';
    return startsOne && !me.rollout.acceptExports ? strings.export.exportsPaused : undefined;
  };
}
