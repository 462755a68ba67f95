import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import type { ExportTable } from './export-table.ts';
import { WaybillFunction } from './waybill-function.ts';

export interface WebhooksProps {
  readonly deployment: Deployment;
  readonly table: ExportTable;
}

/**
 * After an ending, and once a minute: sends accounts' events to receivers of their own choosing. It calls whatever address it is told to, so it
 * may do nothing but that and its part of the table, and runs outside of the database's network.
 */
export class Webhooks extends Construct {
  readonly deliverWebhooks: WaybillFunction<'deliver-webhooks'>;

  constructor(scope: Construct, id: string, { deployment, table }: WebhooksProps) {
    super(scope, id);
    this.deliverWebhooks = new WaybillFunction(this, 'DeliverWebhooks', {
      deployment,
      workload: 'deliver-webhooks',
      environment: {
        TABLE_NAME: table.tableName,
        WEBHOOKS_ALLOW_PRIVATE: String(deployment.config.webhooks.allowPrivate),
      },
      timeout: Duration.seconds(55),
      isCalledAgain: true,
    });
    table.grant(this.deliverWebhooks, 'GetItem', 'Query', 'UpdateItem');
    table.grantDue(this.deliverWebhooks);

    new Rule(this, 'EveryMinute', {
      description: 'Waybill: deliver webhooks',
      schedule: Schedule.rate(Duration.minutes(1)),
      // The next pass is less than a minute away.
      targets: [
        new LambdaFunction(this.deliverWebhooks.handler, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }),
      ],
    });
  }
}
