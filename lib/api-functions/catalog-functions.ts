import { Construct } from 'constructs';
import { WaybillFunction } from '../waybill-function.ts';
import type { GroupProps } from './group-props.ts';

/** The functions behind the routes that are the same for every export: who calls, what there is to export, and the API itself. */
export class CatalogFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: GroupProps<'flags'>) {
    super(scope, id);
    const { deployment, table, flags, caller } = props;
    const getMe = new WaybillFunction(this, 'GetMe', {
      deployment,
      workload: 'get-me',
      environment: { ...caller, FLAGS_PARAMETER: flags.parameterName },
    });
    const listReports = new WaybillFunction(this, 'ListReports', {
      deployment,
      workload: 'list-reports',
      environment: caller,
    });
    const getReport = new WaybillFunction(this, 'GetReport', {
      deployment,
      workload: 'get-report',
      environment: caller,
    });
    for (const reader of [getMe, listReports, getReport]) table.grant(reader, 'GetItem');
    flags.grantRead(getMe);
    // It notes what the caller's token says.
    if (deployment.config.identity.memberships === 'claims') table.grant(getMe, 'PutItem');
    this.byWorkload = {
      'get-me': getMe,
      'list-reports': listReports,
      'get-report': getReport,
      'get-api-description': new WaybillFunction(this, 'GetApiDescription', {
        deployment,
        workload: 'get-api-description',
        environment: {},
      }),
      'route-not-found': new WaybillFunction(this, 'RouteNotFound', {
        deployment,
        workload: 'route-not-found',
        environment: {},
      }),
    };
  }
}
