import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import type { ExportTable } from './export-table.ts';
import type { Mail } from './mail.ts';
import { WaybillFunction } from './waybill-function.ts';

export interface MailRecorderProps {
  readonly deployment: Deployment;
  readonly table: ExportTable;
  readonly mail: Mail;
}

/** Notes what became of mails, with their exports and with their addresses. */
export class MailRecorder extends Construct {
  readonly recordMailEvent: WaybillFunction<'record-mail-event'>;

  constructor(scope: Construct, id: string, { deployment, table, mail }: MailRecorderProps) {
    super(scope, id);
    this.recordMailEvent = new WaybillFunction(this, 'RecordMailEvent', {
      deployment,
      workload: 'record-mail-event',
      environment: { TABLE_NAME: table.tableName },
      timeout: Duration.seconds(30),
    });
    table.grantChange(this.recordMailEvent);
    mail.onEvent(this.recordMailEvent.handler);
  }
}
