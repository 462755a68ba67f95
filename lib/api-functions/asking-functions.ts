import { Construct } from 'constructs';
import type { Database } from '../database.ts';
import type { Deployment } from '../deployment.ts';
import type { ExportTable } from '../export-table.ts';
import type { Network } from '../network.ts';
import { type FunctionEnvironment, WaybillFunction } from '../waybill-function.ts';

export interface AskingFunctionsProps {
  readonly deployment: Deployment;
  readonly network: Network;
  readonly database: Database;
  readonly table: ExportTable;
  /** What every function with a caller needs to know of them. */
  readonly caller: FunctionEnvironment<'list-members'>;
}

/** The functions whose answer comes from the database, in a few seconds or not at all. */
export class AskingFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: AskingFunctionsProps) {
    super(scope, id);
    const { deployment, network, database, table, caller } = props;
    const environment: FunctionEnvironment<'estimate-export'> = {
      ...caller,
      DATABASE_SECRET_ARN: database.secretArn,
    };
    const functions = {
      'list-choices': new WaybillFunction(this, 'ListChoices', {
        deployment,
        workload: 'list-choices',
        environment,
        network,
      }),
      'estimate-export': new WaybillFunction(this, 'EstimateExport', {
        deployment,
        workload: 'estimate-export',
        environment,
        network,
      }),
    };
    for (const asker of Object.values(functions)) {
      table.grantRead(asker);
      database.grantSignIn(asker);
    }
    this.byWorkload = functions;
  }
}
