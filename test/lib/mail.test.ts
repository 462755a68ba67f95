// @module-tag sender-address

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { parseProps, type StageConfig } from '../../lib/config/config.ts';
import { Mail } from '../../lib/mail.ts';
import {
  cdkContext,
  flatten,
  type Json,
  onlyResource,
  resourcesOf,
  statementsOfRole,
  synthesize,
} from './synthesize.ts';

/** A stack with nothing but the sender, a role that sends and a function that is told. */
function synthesizeMail(mail: Partial<StageConfig['mail']> = {}): Template {
  const app = new App({ context: cdkContext });
  const stack = new Stack(app, 'Stack');
  const { dev } = cdkContext.stages;
  const config = parseProps('Stack', { ...dev, stage: 'dev', mail: { ...dev.mail, ...mail } });
  const deployment = { name: 'Stack', stage: 'dev', config, bundleDirectory: '' };
  const sender = new Mail(stack, 'Mail', { deployment });
  sender.grantSend(new Role(stack, 'Announcer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
  const code = Code.fromInline('exports.handler = () => {}');
  sender.onEvent(new LambdaFunction(stack, 'Told', { code, handler: 'index.handler', runtime: Runtime.NODEJS_24_X }));
  return Template.fromStack(stack);
}

const template = synthesizeMail();
const onlyId = (type: string, from = template) => Object.keys(resourcesOf(from, type))[0] ?? '';
const setId = onlyId('AWS::SES::ConfigurationSet');

/** The identities a template asks SES to verify. */
function verified(from: Template): string[] {
  return Object.values(resourcesOf(from, 'AWS::SES::EmailIdentity')).map(({ Properties }) => Properties.EmailIdentity);
}

function sending(from: Template) {
  return statementsOfRole(from, onlyId('AWS::IAM::Role', from)).find(({ actions }) =>
    actions.includes('ses:SendEmail'),
  );
}

describe('mail', () => {
  it('goes over TLS alone, and no more to who bounced or complained', () => {
    expect(onlyResource(template, 'AWS::SES::ConfigurationSet').Properties).toEqual({
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      ReputationOptions: { ReputationMetricsEnabled: true },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
    });
  });

  it('comes from a domain that is verified, with the records its owner must set', () => {
    expect(verified(template)).toEqual(['example.com']);
    const outputs: Json[] = Object.values(template.findOutputs('*'));
    expect(outputs.map(({ Value }) => flatten(Value)).sort()).toEqual(
      ['1', '2', '3'].map((n) => expect.stringMatching(`DkimDNSTokenName${n}> CNAME <.*DkimDNSTokenValue${n}>`)),
    );
  });

  it('comes from one verified address where the stage says so', () => {
    expect(verified(synthesizeMail({ from: 'reports@acme.example', identity: 'address' }))).toEqual([
      'reports@acme.example',
    ]);
  });

  it('comes from what is verified already where the stage says so', () => {
    const existing = synthesizeMail({ identity: 'existing' });
    expect(verified(existing)).toEqual([]);
    expect(sending(existing)?.resources.filter((resource) => resource.includes(':identity/'))).toEqual([
      expect.stringMatching(/:identity\/example\.com$/),
      expect.stringMatching(/:identity\/reports@example\.com$/),
    ]);
  });

  it('is part of the stack', () => {
    expect(verified(synthesize())).toEqual(['example.com']);
  });
});

describe('grantSend', () => {
  it('allows the one address, with the one configuration set', () => {
    expect(sending(template)).toEqual({
      effect: 'Allow',
      actions: ['ses:SendEmail'],
      resources: [
        `arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:configuration-set/<${setId}>`,
        `arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/<${onlyId('AWS::SES::EmailIdentity')}>`,
      ],
      condition: { StringEquals: { 'ses:FromAddress': 'reports@example.com' } },
    });
  });
});

describe('events', () => {
  const { EventDestination } = onlyResource(template, 'AWS::SES::ConfigurationSetEventDestination').Properties;
  const rule = onlyResource(template, 'AWS::Events::Rule').Properties;

  it('are published on the default bus, all that say whether a mail arrived', () => {
    expect(EventDestination).toMatchObject({ Enabled: true });
    expect(flatten(EventDestination.EventBridgeDestination.EventBusArn)).toMatch(/:event-bus\/default$/);
    expect(EventDestination.MatchingEventTypes.sort()).toEqual([
      'bounce',
      'complaint',
      'delivery',
      'deliveryDelay',
      'reject',
      'renderingFailure',
      'send',
    ]);
  });

  it('reach the function, those of this deployment’s mails alone', () => {
    expect(rule.EventPattern).toEqual({
      source: ['aws.ses'],
      'detail-type': [
        'Email Sent',
        'Email Delivered',
        'Email Bounced',
        'Email Complaint Received',
        'Email Rejected',
        'Email Delivery Delayed',
        'Email Rendering Failed',
      ],
      detail: { mail: { tags: { 'ses:configuration-set': [{ Ref: setId }] } } },
    });
    expect(rule.Targets.map(({ Arn }: Json) => flatten(Arn))).toEqual([`<${onlyId('AWS::Lambda::Function')}.Arn>`]);
  });
});
