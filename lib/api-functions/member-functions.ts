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
    table.grant(functions['list-members'], 'GetItem', 'Query');
    table.grant(functions['put-member'], 'GetItem', 'Query', 'PutItem', 'UpdateItem');
    table.grant(functions['delete-member'], 'GetItem', 'Query', 'DeleteItem', 'UpdateItem');
    this.byWorkload = functions;
  }
}
