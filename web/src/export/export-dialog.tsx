import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { useCancelExport, useDeleteExport } from '../api/export-actions.ts';
import { ConfirmDialog } from '../dialog/confirm-dialog.tsx';
import { strings } from '../strings/strings.ts';
import { FeedbackDialog } from './feedback-dialog.tsx';
import type { ExportAction } from './offered-actions.ts';
import { ResendDialog } from './resend-dialog.tsx';
import { tell, tellProblem } from './tell.ts';
import { tellTooLate } from './use-action-handlers.ts';

export interface ExportDialogProps {
  /** One that wants to know something first. */
  readonly action: ExportAction;
  readonly view: ExportView;
  readonly onClose: () => void;
}

/** What an action asks before it is carried out. */
export function ExportDialog({ action, view, onClose }: ExportDialogProps) {
  switch (action) {
    case 'cancel':
      return <CancelDialog view={view} onClose={onClose} />;
    case 'remove':
      return <DeleteDialog view={view} onClose={onClose} />;
    case 'resend':
      return <ResendDialog view={view} onClose={onClose} />;
    case 'feedback':
      return <FeedbackDialog view={view} onClose={onClose} />;
    default:
      return null;
  }
}

function CancelDialog({ view, onClose }: Omit<ExportDialogProps, 'action'>) {
  const { title, body, confirm, keep } = strings.export.cancelDialog;
  const cancel = useCancelExport(view.id);
  return (
    <ConfirmDialog
      title={title}
      body={body(view.report.title)}
      confirm={confirm}
      dismiss={keep}
      isPending={cancel.isPending}
      onClose={onClose}
      onConfirm={() => cancel.mutate(undefined, { onError: tellTooLate, onSettled: onClose })}
    />
  );
}

function DeleteDialog({ view, onClose }: Omit<ExportDialogProps, 'action'>) {
  const { title, body, confirm, done } = strings.export.deleteDialog;
  const remove = useDeleteExport(view.id);
  return (
    <ConfirmDialog
      title={title}
      body={body(view.report.title)}
      confirm={confirm}
      dismiss={strings.common.cancel}
      isPending={remove.isPending}
      onClose={onClose}
      onConfirm={() =>
        remove.mutate(undefined, {
          onSuccess: () => tell(done(view.report.title)),
          onError: tellProblem,
          onSettled: onClose,
        })
      }
    />
  );
}
