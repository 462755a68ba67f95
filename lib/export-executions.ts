import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge.ts';
import type { Deployment } from './deployment.ts';

export interface ExportExecutionsProps {
  readonly deployment: Deployment;
}

/**
 * The state machine of exports by its name alone. Functions that it calls also start it and answer its tokens; going
 * by the name keeps the two from having to exist before each other.
 */
export class ExportExecutions extends Construct {
  readonly stateMachineName: string;
  readonly stateMachineArn: string;

  constructor(scope: Construct, id: string, { deployment }: ExportExecutionsProps) {
    super(scope, id);
    this.stateMachineName = `${deployment.name}-exports`;
    this.stateMachineArn = Stack.of(this).formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: this.stateMachineName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  grantStart(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['states:StartExecution'], resourceArns: [this.stateMachineArn] });
  }

  /**
   * Lets a workload end the wait of an export, so that it goes on or gives up.
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
   */
  grantAnswer(grantee: IGrantable): void {
    this.grantSend(grantee, 'states:SendTaskSuccess', 'states:SendTaskFailure');
  }

  /** Lets a workload end a wait so that what waited goes on. */
  grantResume(grantee: IGrantable): void {
    this.grantSend(grantee, 'states:SendTaskSuccess');
  }

  private grantSend(grantee: IGrantable, ...actions: string[]): void {
    Grant.addToPrincipal({ grantee, actions, resourceArns: ['*'] });
    acknowledgeWildcard(grantee, ['*'], 'SendTask* have no resource type; the token itself is the capability.');
  }

  grantDescribe(grantee: IGrantable): void {
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    Grant.addToPrincipal({ grantee, actions: ['states:DescribeExecution'], resourceArns: [executions] });
    acknowledgeWildcard(grantee, [executions], 'Executions are named after exports, which are not known before.');
  }
}
