import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { WaybillFunction } from '../waybill-function.ts';
import type { GroupProps } from './group-props.ts';

/** The functions through which people say what is wrong or missing. */
export class SupportFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: GroupProps<'mail' | 'webUrl'>) {
    super(scope, id);
    const { deployment, table, mail, webUrl, caller } = props;
    const environment = caller;
    const functions = {
      'send-feedback': new WaybillFunction(this, 'SendFeedback', {
        deployment,
        workload: 'send-feedback',
        environment,
      }),
      'list-feedback': new WaybillFunction(this, 'ListFeedback', {
        deployment,
        workload: 'list-feedback',
        environment,
      }),
      'request-access': new WaybillFunction(this, 'RequestAccess', {
        deployment,
        workload: 'request-access',
        environment: {
          ...environment,
          MAIL_FROM: mail.from,
          MAIL_CONFIGURATION_SET: mail.configurationSetName,
          WEB_URL: webUrl.value,
        },
        // Mail services are slow to fail; the HTTP API waits for 30 s.
        timeout: Duration.seconds(25),
      }),
    };
    table.grantChange(functions['send-feedback']);
    table.grant(functions['send-feedback'], 'BatchGetItem');
    table.grant(functions['list-feedback'], 'GetItem', 'Query');
    table.grant(functions['request-access'], 'GetItem', 'Query', 'PutItem');
    mail.grantSend(functions['request-access']);
    this.byWorkload = functions;
  }
}
