import { Construct } from 'constructs';
import { WaybillFunction } from '../waybill-function.ts';
import type { GroupProps } from './group-props.ts';

/** The functions behind the routes of an account's members. */
export class MemberFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: GroupProps) {
    super(scope, id);
    const { deployment, table, caller } = props;
    const environment = caller;
    const functions = {
      'list-members': new WaybillFunction(this, 'ListMembers', { deployment, workload: 'list-members', environment }),
      'put-member': new WaybillFunction(this, 'PutMember', { deployment, workload: 'put-member', environment }),
      'delete-member': new WaybillFunction(this, 'DeleteMember', {
        deployment,
        workload: 'delete-member',
        environment,
      }),
    };
    table.grantRead(functions['list-members']);
    table.grantUpdate(functions['put-member']);
    table.grantReadWrite(functions['delete-member']);
    this.byWorkload = functions;
  }
}
