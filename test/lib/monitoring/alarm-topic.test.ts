// @module-tag somebody-is-told

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseStageConfig } from '../../../lib/config/config.ts';
import { AlarmTopic } from '../../../lib/monitoring/alarm-topic.ts';
import { cdkContext, flatten, type Json, onlyResource, resourcesOf } from '../synthesize.ts';

const { prod, dev } = cdkContext.stages;
const config = { ...parseStageConfig('prod', prod), stage: 'prod', database: { kind: 'sample' } } as const;
const topicArn = 'arn:aws:sns:eu-central-1:111122223333:oncall';

/** A stack with nothing but the topic, and what alarms would tell. */
function createTopic(alarms: Json): { template: Template; told: string[] } {
  // A stack may be empty here.
  const app = new App({ context: { ...cdkContext, stage: 'prod' }, builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack');
  const topic = new AlarmTopic(stack, 'Topic', {
    deployment: { name: 'Stack', stage: 'prod', config: { ...config, alarms }, bundleDirectory: '' },
  });
  // Neither the scope nor the alarm matters to a topic.
  const told = topic.actions.map((action) =>
    flatten(stack.resolve(action.bind(stack, undefined as never).alarmActionArn)),
  );
  return { template: Template.fromStack(stack), told };
}

describe('a stage that keeps its data', () => {
  it.each([
    ['nobody to tell', undefined, 'stages.prod.alarms is missing: it must say who is told of alarms'],
    ['an unclear say', {}, 'stages.prod.alarms is {}: it must say who is told of alarms'],
    ['an empty list', { emails: [] }, 'stages.prod.alarms.emails is []: it must be a list of at least one address'],
    ['no address', { emails: ['oncall'] }, 'stages.prod.alarms.emails.0 is "oncall": it must be a list of at least'],
    ['no topic', { topicArn: 'oncall' }, 'stages.prod.alarms.topicArn is "oncall": it must be the ARN of an SNS topic'],
  ])('is refused with %s', (_, alarms, message) => {
    expect(() => parseStageConfig('prod', { ...prod, alarms })).toThrow(message);
  });

  it('is fine with a topic that is there already', () => {
    expect(parseStageConfig('prod', { ...prod, alarms: { topicArn } }).alarms).toEqual({ topicArn });
  });
});

describe('a stage for trying out', () => {
  it('may have nobody to tell, and then has no topic', () => {
    expect(parseStageConfig('dev', dev).alarms).toBeUndefined();
    const { template, told } = createTopic(undefined);
    expect(told).toEqual([]);
    expect(template.toJSON().Resources).toBeUndefined();
  });
});

describe('the topic', () => {
  const { template, told } = createTopic({ emails: ['ada@example.com', 'olga@example.com'] });
  const [topicId = ''] = Object.keys(resourcesOf(template, 'AWS::SNS::Topic'));
  const fromThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

  it('mails each address of the stage', () => {
    expect(told).toEqual([`<${topicId}>`]);
    const subscriptions = Object.values(resourcesOf(template, 'AWS::SNS::Subscription'));
    expect(subscriptions.map(({ Properties }) => Properties)).toEqual(
      ['ada@example.com', 'olga@example.com'].map((Endpoint) => ({
        Protocol: 'email',
        Endpoint,
        TopicArn: { Ref: topicId },
      })),
    );
  });

  it('is published to by CloudWatch, for alarms of this account, over TLS alone', () => {
    const { Statement } = onlyResource(template, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument;
    expect(Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'sns:Publish',
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: fromThisAccount,
      }),
    ]);
  });

  it('is encrypted with a key that CloudWatch may use, unlike the one of SNS', () => {
    const [keyId] = Object.keys(resourcesOf(template, 'AWS::KMS::Key'));
    const { KmsMasterKeyId } = onlyResource(template, 'AWS::SNS::Topic').Properties;
    expect(flatten(KmsMasterKeyId)).toBe(`<${keyId}.Arn>`);
    const { EnableKeyRotation, KeyPolicy } = onlyResource(template, 'AWS::KMS::Key').Properties;
    expect(EnableKeyRotation).toBe(true);
    expect(KeyPolicy.Statement).toContainEqual({
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Resource: '*',
      Condition: fromThisAccount,
    });
  });

  it('can be one that is there already', () => {
    const existing = createTopic({ topicArn });
    expect(existing.told).toEqual([topicArn]);
    expect(existing.template.toJSON().Resources).toBeUndefined();
  });
});
