import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { WaybillFunction } from '../waybill-function.ts';
import type { GroupProps } from './group-props.ts';

/** The functions that change an export, or send its mails again. */
export class ChangingFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: GroupProps<'bucket' | 'flags' | 'executions' | 'announcements'>) {
    super(scope, id);
    const { deployment, table, bucket, flags, executions, announcements, caller } = props;
    const cancelExport = new WaybillFunction(this, 'CancelExport', {
      deployment,
      workload: 'cancel-export',
      environment: {
        ...caller,
        STATE_MACHINE_ARN: executions.stateMachineArn,
        POOL_CAP: String(deployment.config.poolCap),
        ACCOUNT_CAP: String(deployment.config.accountCap),
        FLAGS_PARAMETER: flags.parameterName,
      },
    });
    table.grantEnding(cancelExport);
    executions.grantAnswer(cancelExport);
    flags.grantRead(cancelExport);

    const deleteExport = new WaybillFunction(this, 'DeleteExport', {
      deployment,
      workload: 'delete-export',
      environment: { ...caller, BUCKET_NAME: bucket.bucketName },
    });
    table.grantChange(deleteExport);
    table.grant(deleteExport, 'BatchGetItem', 'DeleteItem');
    bucket.grantDelete(deleteExport);

    const resendNotifications = new WaybillFunction(this, 'ResendNotifications', {
      deployment,
      workload: 'resend-notifications',
      environment: { ...caller, ...announcements.environment },
      // Mail services are slow to fail; the HTTP API waits for 30 s.
      timeout: Duration.seconds(25),
    });
    table.grantChange(resendNotifications);
    table.grant(resendNotifications, 'BatchGetItem', 'Query');
    announcements.grantSend(resendNotifications);
    this.byWorkload = {
      'cancel-export': cancelExport,
      'delete-export': deleteExport,
      'resend-notifications': resendNotifications,
    };
  }
}
