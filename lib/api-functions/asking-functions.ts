import { Construct } from 'constructs';
import { partitionEnvironment } from '../deployment.ts';
import { type FunctionEnvironment, WaybillFunction } from '../waybill-function.ts';
import type { GroupProps } from './group-props.ts';

/** The functions whose answer comes from the database, in a few seconds or not at all. */
export class AskingFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: GroupProps<'network' | 'database'>) {
    super(scope, id);
    const { deployment, network, database, table, caller } = props;
    const { reservedConcurrency } = deployment.config;
    const environment: FunctionEnvironment<'list-choices'> = {
      ...caller,
      ...database.environment,
    };
    const functions = {
      'list-choices': new WaybillFunction(this, 'ListChoices', {
        deployment,
        workload: 'list-choices',
        environment,
        network,
        reservedConcurrency: reservedConcurrency?.listChoices,
      }),
      'estimate-export': new WaybillFunction(this, 'EstimateExport', {
        deployment,
        workload: 'estimate-export',
        environment: { ...environment, ...partitionEnvironment(deployment) },
        network,
        reservedConcurrency: reservedConcurrency?.estimateExport,
      }),
    };
    for (const asker of Object.values(functions)) {
      table.grant(asker, 'GetItem');
      database.grantSignIn(asker);
    }
    this.byWorkload = functions;
  }
}
