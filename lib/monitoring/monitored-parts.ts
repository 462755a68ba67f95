import type { Api } from '../api.ts';
import type { Deployment } from '../deployment.ts';
import type { ExportExecutions } from '../export-executions.ts';
import type { ExportTable } from '../export-table.ts';
import type { Mail } from '../mail.ts';
import type { MailRecorder } from '../mail-recorder.ts';
import type { Reconciler } from '../reconciler.ts';
import type { StepHandlers } from '../step-handlers.ts';
import type { Sweeper } from '../sweeper.ts';
import type { Webhooks } from '../webhooks.ts';
import type { WorkerTask } from '../worker-task.ts';

/** The siblings whose metrics are watched and drawn. */
export interface MonitoredParts {
  readonly deployment: Deployment;
  readonly api: Api;
  readonly table: ExportTable;
  readonly executions: ExportExecutions;
  readonly handlers: StepHandlers;
  readonly worker: WorkerTask;
  readonly mail: Mail;
  readonly mailRecorder: MailRecorder;
  readonly webhooks: Webhooks;
  readonly sweeper: Sweeper;
  readonly reconciler: Reconciler;
}
