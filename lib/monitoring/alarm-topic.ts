import { Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Deployment } from '../deployment.ts';

export interface AlarmTopicProps {
  readonly deployment: Deployment;
}

/** Where alarms go: to a topic that is there already, or to one with addresses that confirm a mail once; or nowhere. */
export class AlarmTopic extends Construct {
  /** Nothing in a stage where nobody is told. */
  readonly actions: readonly IAlarmAction[];

  constructor(scope: Construct, id: string, { deployment }: AlarmTopicProps) {
    super(scope, id);
    const { alarms } = deployment.config;
    if (alarms === undefined) {
      this.actions = [];
    } else if ('topicArn' in alarms) {
      this.actions = [new SnsAction(Topic.fromTopicArn(this, 'Topic', alarms.topicArn))];
    } else {
      this.actions = [new SnsAction(this.createTopic(deployment, alarms.emails))];
    }
  }

  /**
   * With a key of its own: CloudWatch may not use the one that SNS has for everybody, and alarms would be lost without a word.
   * @see https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
   */
  private createTopic({ stage }: Deployment, emails: readonly string[]): Topic {
    const cloudWatch = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    };
    const masterKey = new Key(this, 'Key', {
      description: `Waybill ${stage}: alarms on their way`,
      enableKeyRotation: true,
    });
    masterKey.addToResourcePolicy(
      new PolicyStatement({ ...cloudWatch, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
    const topic = new Topic(this, 'Topic', { displayName: `Waybill ${stage} alarms`, masterKey, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({ ...cloudWatch, actions: ['sns:Publish'], resources: [topic.topicArn] }),
    );
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}
