// @module-tag stages-synthesize

import { App, Stack } from 'aws-cdk-lib';
import { Annotations } from 'aws-cdk-lib/assertions';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { acknowledgeWildcard } from '../../lib/acknowledge.ts';
import { addChecks } from '../../lib/checks.ts';
import { cdkContext, createStack, existingDatabase, type StackOptions } from './synthesize.ts';

/** CloudFormation's own rules take seconds. */
const slow = { timeout: 180_000 };

/** Synthesizes as the app does, with whatever `change` adds to the stack, and returns the warnings. */
function check(options: StackOptions, change: (stack: Stack) => void = () => {}): unknown[] {
  const { app, stack } = createStack(options);
  change(stack);
  addChecks(app);
  app.synth();
  return Annotations.fromStack(stack).findWarning('*', '.*');
}

function addRole(stack: Stack): Role {
  return new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

describe('synthesis', () => {
  // By CloudFormation's own rules too, `npm run verify` synthesizes all stages as they are.
  it.each(['local', 'dev', 'prod'])('finds nothing to say about stage %s', (stage) => {
    expect(check({ stage })).toEqual([]);
  });

  it('finds nothing to say about an existing database', slow, () => {
    expect(check({ config: { database: existingDatabase }, validate: true })).toEqual([]);
  });

  it('finds nothing to say about pages of other origins', slow, () => {
    expect(check({ config: { allowedOrigins: ['https://app.example.com'] }, validate: true })).toEqual([]);
  });

  it('fails on a finding without a reason', () => {
    expect(() => check({}, (stack) => new Bucket(stack, 'Bad'))).toThrow('AwsSolutions-S10');
  });

  it('fails on a property CloudFormation does not know', slow, () => {
    const app = new App({ context: cdkContext, stackTraces: false });
    new CfnBucket(new Stack(app, 'Stack'), 'Bad').addPropertyOverride('BucketNickname', 'x');
    addChecks(app);
    expect(() => app.synth()).toThrow("'BucketNickname' was unexpected");
  });
});

describe('acknowledgeWildcard', () => {
  const resource = 'arn:aws:s3:::files/*';
  const grant = (stack: Stack, ...actions: string[]) => {
    const role = addRole(stack);
    Grant.addToPrincipal({ grantee: role, actions, resourceArns: [resource] });
    return role;
  };

  it('fails while a wildcard has no reason', () => {
    expect(() => check({}, (stack) => grant(stack, 's3:GetObject'))).toThrow(
      `AwsSolutions-IAM5[Resource::${resource}]`,
    );
  });

  it('records the reason of one resource', () => {
    expect(check({}, (stack) => acknowledgeWildcard(grant(stack, 's3:GetObject'), [resource], 'A test.'))).toEqual([]);
  });

  it('gives no reason for anything else', () => {
    const addBoth = (stack: Stack) => acknowledgeWildcard(grant(stack, 's3:Get*'), [resource], 'A test.');
    expect(() => check({}, addBoth)).toThrow('AwsSolutions-IAM5[Action::s3:Get*]');
  });
});
