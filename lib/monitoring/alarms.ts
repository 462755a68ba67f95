import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type AlarmName, alarmNameOf, alarmNames } from '../../core/contract/alarms.ts';
import { alarmCatalogue } from './alarm-catalogue.ts';
import type { AlarmDefinition } from './alarm-definition.ts';
import type { AlarmTopic } from './alarm-topic.ts';
import type { MonitoredParts } from './monitored-parts.ts';

export interface AlarmsProps extends MonitoredParts {
  readonly topic: AlarmTopic;
}

/** The alarms of the catalogue. Whoever is told that one went off is told that it is over, too. */
export class Alarms extends Construct {
  readonly byName: Readonly<Record<AlarmName, Alarm>>;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const catalogue = alarmCatalogue(props);
    const entries = alarmNames.map((name) => [name, this.createAlarm(name, catalogue[name], props)] as const);
    this.byName = Object.fromEntries(entries) as Record<AlarmName, Alarm>;
  }

  private createAlarm(name: AlarmName, definition: AlarmDefinition, { deployment, topic }: AlarmsProps): Alarm {
    const { severity, meaning, metric, threshold, breaches, evaluationPeriods = 1, missing } = definition;
    const alarm = new Alarm(this, name, {
      alarmName: alarmNameOf(deployment.stage, name),
      alarmDescription: `${severity}: ${meaning} ${deployment.config.runbookUrl}#${name}`,
      metric,
      threshold,
      comparisonOperator:
        breaches === 'below'
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods,
      datapointsToAlarm: definition.datapointsToAlarm ?? evaluationPeriods,
      treatMissingData: missing,
    });
    alarm.addAlarmAction(...topic.actions);
    alarm.addOkAction(...topic.actions);
    return alarm;
  }
}
