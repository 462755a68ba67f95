import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { MeView } from '../../../core/contract/member-schemas.ts';

/** What a person can do with an export. `change`: fill in the form with its request, to alter it before it runs. */
export type ExportAction = 'download' | 'retry' | 'rerun' | 'cancel' | 'change' | 'resend' | 'feedback' | 'remove';

export interface OfferedActions {
  /** On the row, the first one foremost. */
  readonly visible: readonly ExportAction[];
  readonly menu: readonly ExportAction[];
}

/** Whether it was deleted, and what was asked for with it: every other export has a column. */
export function isErased({ columns }: Pick<ExportView, 'columns'>): boolean {
  return columns.length === 0;
}

/** What is offered to this person for an export, as the API would allow it. */
export function offeredActions(view: ExportView, me: Pick<MeView, 'user' | 'permissions'> | undefined): OfferedActions {
  if (isErased(view)) return { visible: [], menu: [] };
  const isInCharge =
    me !== undefined && (view.requestedBy.userId === me.user.id || me.permissions.includes('exports:read-all'));
  const resend = isInCharge ? (['resend'] as const) : [];
  const remove = isInCharge ? (['remove'] as const) : [];
  switch (view.status) {
    case 'queued':
    case 'running':
      return { visible: view.cancelRequested ? [] : ['cancel'], menu: [] };
    case 'ready':
      return { visible: ['download', 'rerun'], menu: ['change', ...resend, 'feedback', ...remove] };
    case 'failed':
      return view.failure?.retryable
        ? { visible: ['retry'], menu: ['change', ...resend, 'feedback', ...remove] }
        : { visible: [], menu: ['change', 'rerun', ...resend, 'feedback', ...remove] };
    case 'expired':
    case 'cancelled':
      return { visible: ['rerun'], menu: ['change', 'feedback', ...remove] };
  }
}
