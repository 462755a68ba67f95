import { Construct } from 'constructs';
import type { Database } from '../database.ts';
import type { Deployment } from '../deployment.ts';
import type { ExportExecutions } from '../export-executions.ts';
import type { ExportTable } from '../export-table.ts';
import type { Network } from '../network.ts';
import type { RolloutFlags } from '../rollout-flags.ts';
import { type FunctionEnvironment, WaybillFunction } from '../waybill-function.ts';

export interface CreatingFunctionsProps {
  readonly deployment: Deployment;
  readonly network: Network;
  readonly database: Database;
  readonly table: ExportTable;
  readonly flags: RolloutFlags;
  readonly executions: ExportExecutions;
  /** What every function with a caller needs to know of them. */
  readonly caller: FunctionEnvironment<'list-members'>;
}

/** The functions that end in a new export. */
export class CreatingFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: CreatingFunctionsProps) {
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
        environment: { ...environment, DATABASE_SECRET_ARN: database.secretArn },
        network,
      }),
      'retry-export': new WaybillFunction(this, 'RetryExport', { deployment, workload: 'retry-export', environment }),
      'rerun-export': new WaybillFunction(this, 'RerunExport', { deployment, workload: 'rerun-export', environment }),
    };
    for (const creator of Object.values(functions)) {
      table.grantReadWrite(creator);
      executions.grantStart(creator);
      flags.grantRead(creator);
    }
    database.grantSignIn(functions['create-export']);
    this.byWorkload = functions;
  }
}
