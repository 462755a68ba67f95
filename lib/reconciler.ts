import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import type { ExportExecutions } from './export-executions.ts';
import type { ExportTable } from './export-table.ts';
import type { RolloutFlags } from './rollout-flags.ts';
import { WaybillFunction } from './waybill-function.ts';

/** Every status with which an execution is over. */
const finalStatuses = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

export interface ReconcilerProps {
  readonly deployment: Deployment;
  readonly table: ExportTable;
  readonly flags: RolloutFlags;
  readonly executions: ExportExecutions;
}

/** Ends exports whose execution is over without having ended them: what no catch inside the state machine sees. */
export class Reconciler extends Construct {
  readonly reconcileExecution: WaybillFunction<'reconcile-execution'>;

  constructor(scope: Construct, id: string, { deployment, table, flags, executions }: ReconcilerProps) {
    super(scope, id);
    this.reconcileExecution = new WaybillFunction(this, 'ReconcileExecution', {
      deployment,
      workload: 'reconcile-execution',
      environment: {
        TABLE_NAME: table.tableName,
        STATE_MACHINE_ARN: executions.stateMachineArn,
        FLAGS_PARAMETER: flags.parameterName,
        POOL_CAP: String(deployment.config.poolCap),
        ACCOUNT_CAP: String(deployment.config.accountCap),
      },
      timeout: Duration.seconds(30),
    });
    table.grantEnding(this.reconcileExecution);
    executions.grantAnswer(this.reconcileExecution);
    flags.grantRead(this.reconcileExecution);

    new Rule(this, 'ExecutionEnded', {
      description: 'Waybill: reconcile ended executions',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [executions.stateMachineArn], status: finalStatuses },
      },
      targets: [new LambdaFunction(this.reconcileExecution.handler)],
    });
  }
}
