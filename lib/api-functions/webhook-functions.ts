import { Construct } from 'constructs';
import { WaybillFunction } from '../waybill-function.ts';
import type { GroupProps } from './group-props.ts';

/** The functions behind the routes of webhook endpoints. */
export class WebhookFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, { deployment, table, caller }: GroupProps) {
    super(scope, id);
    const environment = caller;
    const readers = {
      'list-webhook-endpoints': new WaybillFunction(this, 'ListEndpoints', {
        deployment,
        workload: 'list-webhook-endpoints',
        environment,
      }),
      'list-webhook-deliveries': new WaybillFunction(this, 'ListDeliveries', {
        deployment,
        workload: 'list-webhook-deliveries',
        environment,
      }),
    };
    const changers = {
      'create-webhook-endpoint': new WaybillFunction(this, 'CreateEndpoint', {
        deployment,
        workload: 'create-webhook-endpoint',
        environment: { ...caller, WEBHOOKS_ALLOW_PRIVATE: String(deployment.config.webhooks.allowPrivate) },
      }),
      'rotate-webhook-secret': new WaybillFunction(this, 'RotateSecret', {
        deployment,
        workload: 'rotate-webhook-secret',
        environment,
      }),
      'test-webhook-endpoint': new WaybillFunction(this, 'TestEndpoint', {
        deployment,
        workload: 'test-webhook-endpoint',
        environment,
      }),
      'enable-webhook-endpoint': new WaybillFunction(this, 'EnableEndpoint', {
        deployment,
        workload: 'enable-webhook-endpoint',
        environment,
      }),
    };
    const deleteEndpoint = new WaybillFunction(this, 'DeleteEndpoint', {
      deployment,
      workload: 'delete-webhook-endpoint',
      environment,
    });
    for (const reader of Object.values(readers)) table.grant(reader, 'GetItem', 'Query');
    table.grant(changers['create-webhook-endpoint'], 'GetItem', 'PutItem', 'UpdateItem');
    table.grant(changers['rotate-webhook-secret'], 'GetItem', 'UpdateItem');
    table.grant(changers['test-webhook-endpoint'], 'GetItem', 'PutItem');
    table.grant(changers['enable-webhook-endpoint'], 'GetItem', 'UpdateItem');
    table.grant(deleteEndpoint, 'GetItem', 'UpdateItem', 'DeleteItem');
    this.byWorkload = { ...readers, ...changers, 'delete-webhook-endpoint': deleteEndpoint };
  }
}
