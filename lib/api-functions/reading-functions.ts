import { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';
import type { ExportTable } from '../export-table.ts';
import { type FunctionEnvironment, WaybillFunction } from '../waybill-function.ts';

export interface ReadingFunctionsProps {
  readonly deployment: Deployment;
  readonly table: ExportTable;
  /** What every function with a caller needs to know of them. */
  readonly caller: FunctionEnvironment<'list-members'>;
}

/** The functions behind the routes that tell of exports. */
export class ReadingFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: ReadingFunctionsProps) {
    super(scope, id);
    const { deployment, table, caller } = props;
    const environment: FunctionEnvironment<'get-export'> = caller;
    const functions = {
      'list-exports': new WaybillFunction(this, 'ListExports', { deployment, workload: 'list-exports', environment }),
      'get-export': new WaybillFunction(this, 'GetExport', { deployment, workload: 'get-export', environment }),
      'list-export-events': new WaybillFunction(this, 'ListExportEvents', {
        deployment,
        workload: 'list-export-events',
        environment,
      }),
    };
    for (const reader of Object.values(functions)) table.grantRead(reader);
    table.grantListing(functions['list-exports']);
    this.byWorkload = functions;
  }
}
