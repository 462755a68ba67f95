import { Construct } from 'constructs';
import { type FunctionEnvironment, WaybillFunction } from '../waybill-function.ts';
import type { GroupProps } from './group-props.ts';

/** The functions that end in a new export. */
export class CreatingFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: GroupProps<'network' | 'database' | 'flags' | 'executions'>) {
    super(scope, id);
    const { deployment, network, database, table, flags, executions, caller } = props;
    const environment: FunctionEnvironment<'retry-export'> = {
      ...caller,
      STATE_MACHINE_ARN: executions.stateMachineArn,
      FLAGS_PARAMETER: flags.parameterName,
      USER_CAP: String(deployment.config.userCap),
    };
    const functions = {
      'create-export': new WaybillFunction(this, 'CreateExport', {
        deployment,
        workload: 'create-export',
        // What the filters name is looked up; a retry and a re-run repeat a request that was.
        environment: { ...environment, ...database.environment },
        network,
        reservedConcurrency: deployment.config.reservedConcurrency?.createExport,
      }),
      'retry-export': new WaybillFunction(this, 'RetryExport', { deployment, workload: 'retry-export', environment }),
      'rerun-export': new WaybillFunction(this, 'RerunExport', { deployment, workload: 'rerun-export', environment }),
    };
    for (const creator of Object.values(functions)) {
      table.grantChange(creator);
      table.grant(creator, 'BatchGetItem', 'Query');
      executions.grantStart(creator);
      flags.grantRead(creator);
    }
    database.grantSignIn(functions['create-export']);
    this.byWorkload = functions;
  }
}
