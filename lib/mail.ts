import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as ses from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { WaybillConfig } from './config/config.ts';
import type { Deployment } from './deployment.ts';

/**
 * What SES reports of each mail, and the name under which it comes.
 * @see https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
 */
const reported = new Map<ses.EmailSendingEvent, string>([
  [ses.EmailSendingEvent.SEND, 'Email Sent'],
  [ses.EmailSendingEvent.DELIVERY, 'Email Delivered'],
  [ses.EmailSendingEvent.BOUNCE, 'Email Bounced'],
  [ses.EmailSendingEvent.COMPLAINT, 'Email Complaint Received'],
  [ses.EmailSendingEvent.REJECT, 'Email Rejected'],
  [ses.EmailSendingEvent.DELIVERY_DELAY, 'Email Delivery Delayed'],
  [ses.EmailSendingEvent.RENDERING_FAILURE, 'Email Rendering Failed'],
]);

export interface MailProps {
  readonly deployment: Deployment;
}

/** The sender of Waybill's mails, and the events that tell what became of them. */
export class Mail extends Construct {
  /** The sender as mails show it, e.g. `Waybill <reports@example.com>`. */
  readonly from: string;
  private readonly configurationSet: ses.ConfigurationSet;
  /** ARNs of the identities in whose name mail is sent. */
  private readonly identities: readonly string[];

  constructor(scope: Construct, id: string, { deployment }: MailProps) {
    super(scope, id);
    const { mail } = deployment.config;
    this.from = mail.from;
    this.identities = this.createIdentity(mail);
    this.configurationSet = new ses.ConfigurationSet(this, 'ConfigurationSet', {
      tlsPolicy: ses.ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.configurationSet.addEventDestination('Events', {
      // SES publishes to no other bus.
      destination: ses.EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      events: [...reported.keys()],
    });
  }

  /** What a mail has to name for its events to be published. */
  get configurationSetName(): string {
    return this.configurationSet.configurationSetName;
  }

  /** Lets a workload send mail from the configured address, and from no other. */
  grantSend(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['ses:SendEmail'],
      resourceArns: [...this.identities, this.arnOf('configuration-set', this.configurationSetName)],
      conditions: { StringEquals: { 'ses:FromAddress': addressOf(this.from) } },
    });
  }

  /** Calls a function with every event about mails of this deployment. */
  onEvent(handler: IFunction): void {
    new Rule(this, 'MailEvents', {
      description: 'Waybill: what became of mails',
      eventPattern: {
        source: ['aws.ses'],
        detailType: [...reported.values()],
        detail: { mail: { tags: { 'ses:configuration-set': [this.configurationSetName] } } },
      },
      targets: [new LambdaFunction(handler)],
    });
  }

  private createIdentity({ from, identity }: WaybillConfig['mail']): readonly string[] {
    const address = addressOf(from);
    const domain = address.slice(address.indexOf('@') + 1);
    if (identity === 'existing') return [domain, address].map((name) => this.arnOf('identity', name));
    const created = new ses.EmailIdentity(this, 'Sender', {
      identity: identity === 'domain' ? ses.Identity.domain(domain) : ses.Identity.email(address),
    });
    if (identity === 'domain') {
      for (const [index, { name, value }] of created.dkimRecords.entries()) {
        new CfnOutput(this, `DnsRecord${index + 1}`, {
          value: `${name} CNAME ${value}`,
          description: `To be set in the DNS of ${domain}, or no mail is sent`,
        });
      }
    }
    return [this.arnOf('identity', created.emailIdentityName)];
  }

  private arnOf(resource: string, resourceName: string): string {
    const arnFormat = ArnFormat.SLASH_RESOURCE_NAME;
    return Stack.of(this).formatArn({ service: 'ses', resource, resourceName, arnFormat });
  }
}

/** `Waybill <reports@example.com>` -> `reports@example.com` */
function addressOf(from: string): string {
  return /<(.+)>$/.exec(from)?.[1] ?? from;
}
