import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useCancelExport, useDownload, useRunAgain } from '../api/export-actions.ts';
import { problemCode } from '../api/problem-error.ts';
import { strings } from '../strings/strings.ts';
import type { ExportAction } from './offered-actions.ts';
import { partFilesOf, useShowPartFiles } from './part-files.ts';
import { type PausedReason, usePausedReason } from './paused.ts';
import { problemWords, tell, tellProblem } from './tell.ts';

export interface ActionHandlers {
  readonly act: (action: ExportAction) => void;
  readonly isPending: (action: ExportAction) => boolean;
  readonly pausedReason: PausedReason;
}

/**
 * Carries out what is asked for, and tells what came of it.
 * @param onAsk an action that wants to know something first
 */
export function useActionHandlers(view: ExportView, onAsk: (action: ExportAction) => void): ActionHandlers {
  const download = useDownload();
  const retry = useRunAgain(view.id, '/retry');
  const rerun = useRunAgain(view.id, '/rerun');
  const cancel = useCancelExport(view.id);
  const pausedReason = usePausedReason();
  const showPartFiles = useShowPartFiles();

  const again = {
    onSuccess: () => tell(strings.export.queuedAgain(view.report.title)),
    onError: tellProblem,
  };
  const atOnce: Partial<Record<ExportAction, { readonly isPending: boolean; readonly start: () => void }>> = {
    download: {
      isPending: download.isPending,
      start: () => {
        if (partFilesOf(view) > 1) showPartFiles(view.id);
        else download.mutate({ exportId: view.id }, { onError: tellProblem });
      },
    },
    retry: { isPending: retry.isPending, start: () => retry.mutate(undefined, again) },
    rerun: { isPending: rerun.isPending, start: () => rerun.mutate(undefined, again) },
    // Nothing is lost with one that waits; rows that were written would be, so that is asked first.
    ...(view.status === 'queued' && {
      cancel: { isPending: cancel.isPending, start: () => cancel.mutate(undefined, { onError: tellTooLate }) },
    }),
  };

  return {
    act(action) {
      const reason = pausedReason(action);
      const doable = atOnce[action];
      if (reason !== undefined) tell(reason);
      else if (doable === undefined) onAsk(action);
      else if (!doable.isPending) doable.start();
    },
    pausedReason,
    isPending: (action) => atOnce[action]?.isPending ?? false,
  };
}

/** A cancellation that was refused: mostly because the export had ended, which is nobody's mistake. */
export function tellTooLate(error: unknown): void {
  if (problemCode(error) === 'already_terminal') tell(problemWords(error), strings.export.tooLateToCancel);
  else tellProblem(error);
}
