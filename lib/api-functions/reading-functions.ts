import { Construct } from 'constructs';
import { type FunctionEnvironment, WaybillFunction } from '../waybill-function.ts';
import type { GroupProps } from './group-props.ts';

/** The functions behind the routes that tell of exports. */
export class ReadingFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: GroupProps) {
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
    for (const reader of Object.values(functions)) table.grant(reader, 'GetItem', 'BatchGetItem', 'Query');
    table.grantListing(functions['list-exports']);
    this.byWorkload = functions;
  }
}
