import { Construct } from 'constructs';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { OperationsDashboard } from './dashboard/operations-dashboard.ts';
import type { MonitoredParts } from './monitored-parts.ts';

/** Who is told of what, and the page on which all of it is seen. */
export class Monitoring extends Construct {
  readonly dashboardUrl: string;

  constructor(scope: Construct, id: string, parts: MonitoredParts) {
    super(scope, id);
    const topic = new AlarmTopic(this, 'AlarmTopic', parts);
    const alarms = new Alarms(this, 'Alarms', { ...parts, topic });
    this.dashboardUrl = new OperationsDashboard(this, 'Dashboard', { ...parts, alarms }).url;
  }
}
