import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { type AlarmPlan, planAlarm } from '../../../local/template/plan/alarms.ts';
import { type DashboardPlan, planDashboard } from '../../../local/template/plan/dashboards.ts';
import { resolveTemplate } from '../../../local/template/resolve.ts';

const period = Duration.minutes(1);

const waybill = (metricName: string, statistic = 'Sum') =>
  new cloudwatch.Metric({ namespace: 'Waybill', metricName, dimensionsMap: { Stage: 'local' }, statistic, period });

/** What CDK makes of alarms and a dashboard, as the local cloud reads it. */
export function watchedStack(): { alarms: readonly AlarmPlan[]; dashboards: readonly DashboardPlan[] } {
  const stack = new Stack(new App(), 'Watched');
  const failed = waybill('ExportsFailed');
  const ready = waybill('ExportsReady');
  const failedShare = new cloudwatch.MathExpression({
    expression: 'IF(failed + ready >= 4, 100 * failed / (failed + ready), 0)',
    usingMetrics: { failed, ready },
    label: 'Failed, in percent',
    period,
  });
  const rate = failedShare.createAlarm(stack, 'FailedRate', {
    alarmName: 'waybill-failed-rate',
    alarmDescription: 'Many exports fail. https://example.com/docs/runbook.md#failed-rate (critical)',
    threshold: 50,
    evaluationPeriods: 1,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
  rate.addAlarmAction(new actions.SnsAction(new sns.Topic(stack, 'Operators')));
  const age = waybill('OldestQueuedAgeSeconds', 'Maximum').createAlarm(stack, 'OldestQueued', {
    alarmName: 'waybill-oldest-queued',
    threshold: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  });
  const dashboard = new cloudwatch.Dashboard(stack, 'Dashboard', { dashboardName: 'waybill-local' });
  dashboard.addWidgets(
    new cloudwatch.TextWidget({ markdown: '# Health\n\nSee [the **runbook**](https://example.com/r).', width: 24 }),
  );
  dashboard.addWidgets(
    new cloudwatch.GraphWidget({
      title: 'Exports <ended>',
      left: [ready, failed],
      leftAnnotations: [{ label: 'too many', value: 8 }],
      stacked: true,
      width: 12,
    }),
    new cloudwatch.GraphWidget({ title: 'Failed share', left: [failedShare], width: 12 }),
  );
  dashboard.addWidgets(
    new cloudwatch.SingleValueWidget({ title: 'Oldest', metrics: [waybill('OldestQueuedAgeSeconds')], width: 8 }),
    new cloudwatch.AlarmStatusWidget({ title: 'States', alarms: [rate, age], width: 8 }),
    new cloudwatch.AlarmWidget({ title: 'One alarm', alarm: age, width: 8 }),
  );
  const resources = [...resolveTemplate(Template.fromStack(stack).toJSON()).values()];
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    alarms: ofType('AWS::CloudWatch::Alarm').map(planAlarm),
    dashboards: ofType('AWS::CloudWatch::Dashboard').map(planDashboard),
  };
}
