import { Aws } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Alarms } from '../alarms.ts';
import type { MonitoredParts } from '../monitored-parts.ts';
import { accessRow, costRow, mailRow } from './use-rows.ts';
import { failuresRow, healthRow, queueRow, workersRow } from './work-rows.ts';

export interface OperationsDashboardProps extends MonitoredParts {
  readonly alarms: Alarms;
}

/** One page, from "is it well" at the top to "what does it cost" at the bottom. */
export class OperationsDashboard extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    // The names of dashboards are an account's, not a region's.
    const dashboardName = `Waybill-${props.deployment.stage}-${Aws.REGION}`;
    new Dashboard(this, 'Dashboard', {
      dashboardName,
      start: '-PT3H',
      widgets: [
        healthRow(props),
        queueRow(props),
        workersRow(props),
        failuresRow(props),
        accessRow(props),
        mailRow(props),
        costRow(props),
      ],
    });
    this.url = `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${dashboardName}`;
  }
}
