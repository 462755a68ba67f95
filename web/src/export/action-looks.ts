import {
  IconDownload,
  IconMail,
  IconMessageReport,
  IconPencil,
  IconPlayerStop,
  IconRefresh,
  IconRepeat,
  IconTrash,
} from '@tabler/icons-react';
import { strings } from '../strings/strings.ts';
import type { ExportAction } from './offered-actions.ts';

export interface ActionLook {
  readonly label: string;
  readonly Icon: typeof IconDownload;
  readonly testName?: string;
}

/** How each action is called, and looks. */
export const actionLooks: Readonly<Record<ExportAction, ActionLook>> = {
  download: { label: strings.export.download, Icon: IconDownload, testName: 'report-job-download-cta' },
  retry: { label: strings.export.retry, Icon: IconRefresh, testName: 'report-job-retry-cta' },
  rerun: { label: strings.export.rerun, Icon: IconRepeat, testName: 'report-job-rerun-cta' },
  cancel: { label: strings.export.cancel, Icon: IconPlayerStop, testName: 'report-job-cancel-cta' },
  change: { label: strings.export.change, Icon: IconPencil },
  resend: { label: strings.export.resend, Icon: IconMail },
  feedback: { label: strings.export.feedback, Icon: IconMessageReport },
  remove: { label: strings.export.remove, Icon: IconTrash },
};
