// @module-tag unknown-to-the-local-cloud

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of CloudFormation and IAM
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planFromTemplate } from '../../../local/template/local-plan.ts';
import { emptyAssembly, lambdaFunction, role } from './template-parts.ts';

async function plan(resources: object) {
  return planFromTemplate({ Resources: resources }, await emptyAssembly());
}

/** A sender whose configuration set publishes on the default bus. */
function mailResources(destination: object = {}) {
  const bus = { 'Fn::Sub': 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default' };
  return {
    Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'example.com' } },
    Set: {
      Type: 'AWS::SES::ConfigurationSet',
      Properties: {
        DeliveryOptions: { TlsPolicy: 'REQUIRE' },
        SuppressionOptions: { SuppressedReasons: ['BOUNCE'] },
      },
    },
    Events: {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: {
        ConfigurationSetName: { Ref: 'Set' },
        EventDestination: {
          EventBridgeDestination: { EventBusArn: bus },
          MatchingEventTypes: ['send', 'bounce'],
          ...destination,
        },
      },
    },
  };
}

describe('what a template says is planned', () => {
  test('a function with its code, environment and limits', async () => {
    const directory = await emptyAssembly();
    const resources = {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        },
      },
      ...lambdaFunction('Create', { TABLE_NAME: { Ref: 'Table' } }, { Timeout: '20', ReservedConcurrentExecutions: 5 }),
    };
    expect(planFromTemplate({ Resources: resources }, directory).functions).toEqual([
      {
        logicalId: 'Create',
        name: 'Create',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:Create',
        handler: 'index.handler',
        codeDirectory: join(directory, 'asset.code'),
        environment: { TABLE_NAME: 'Table' },
        timeoutSeconds: 20,
        memoryMb: 128,
        roleArn: 'arn:aws:iam::000000000000:role/CreateRole',
        reservedConcurrency: 5,
      },
    ]);
  });

  test('a role with inline, attached, managed and AWS-managed policies', async () => {
    const document = (Action: string) => ({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    const resources = role('Worker', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }]);
    Object.assign(resources.Worker?.Properties ?? {}, {
      Policies: [{ PolicyName: 'inline', PolicyDocument: document('sqs:SendMessage') }],
      ManagedPolicyArns: [
        { Ref: 'Shared' },
        { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
      ],
    });
    const shared = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document('ssm:GetParameter') } };
    const [planned] = (await plan({ ...resources, Shared: shared })).roles;
    expect(planned?.trustedPrincipals).toEqual(['lambda.amazonaws.com']);
    expect(planned?.statements.flatMap(({ actions }) => actions.patterns)).toEqual([
      'sqs:SendMessage',
      's3:GetObject',
      'ssm:GetParameter',
      'logs:CreateLogGroup',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });

  test('a definition with substitutions', async () => {
    const machine = {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"${Handler}"}}}',
        DefinitionSubstitutions: { Handler: { 'Fn::GetAtt': ['Create', 'Arn'] } },
        RoleArn: { 'Fn::GetAtt': ['CreateRole', 'Arn'] },
      },
    };
    const { stateMachines } = await plan({ Machine: machine, ...lambdaFunction('Create', {}) });
    expect(stateMachines[0]?.definition).toMatchObject({
      States: { A: { Resource: 'arn:aws:lambda:us-east-1:000000000000:function:Create' } },
    });
  });

  test('a secret with the rotation of its value, for which the deployment rotates nothing', async () => {
    const rotation = (immediately: boolean | undefined) => ({
      Key: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } },
      Rotation: {
        Type: 'AWS::SecretsManager::RotationSchedule',
        Properties: {
          SecretId: { Ref: 'Key' },
          RotationLambdaARN: { 'Fn::GetAtt': ['Rotate', 'Arn'] },
          RotationRules: { ScheduleExpression: 'rate(30 days)' },
          ...(immediately !== undefined && { RotateImmediatelyOnUpdate: immediately }),
        },
      },
      ...lambdaFunction('Rotate', {}),
    });
    const { secrets, functions } = await plan(rotation(false));
    expect(secrets[0]?.rotation).toEqual({ functionArn: functions[0]?.arn, scheduleExpression: 'rate(30 days)' });
    for (const immediately of [true, undefined]) {
      await expect(plan(rotation(immediately))).rejects.toThrow('Rotation at Properties.RotateImmediatelyOnUpdate');
    }
  });

  test('a configuration set with the events it publishes', async () => {
    const { emailIdentities, configurationSets } = await plan(mailResources());
    expect(emailIdentities).toEqual([
      { logicalId: 'Sender', name: 'example.com', arn: 'arn:aws:ses:us-east-1:000000000000:identity/example.com' },
    ]);
    expect(configurationSets).toEqual([
      {
        logicalId: 'Set',
        name: 'Set',
        arn: 'arn:aws:ses:us-east-1:000000000000:configuration-set/Set',
        suppressedReasons: ['BOUNCE'],
        events: ['send', 'bounce'],
      },
    ]);
  });

  test('an event destination that is switched off publishes nothing', async () => {
    expect((await plan(mailResources({ Enabled: false }))).configurationSets).toMatchObject([{ events: [] }]);
  });

  test('helpers of the deployment are left out, with their roles', async () => {
    const token = { ServiceToken: { 'Fn::GetAtt': ['Helper', 'Arn'] } };
    const resources = {
      Custom: { Type: 'Custom::S3AutoDeleteObjects', Properties: token },
      ...lambdaFunction('Helper', {}),
    };
    const planned = await plan(resources);
    expect(planned.functions).toEqual([]);
    expect(planned.roles).toEqual([]);
  });
});

describe('what is not known stops start-up with its name', () => {
  const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  const deny = { ...allow, Effect: 'Deny', Principal: '*' };
  const encrypted = (byDefault: object) => ({
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: byDefault }] },
      },
    },
  });
  const bucketPolicy = (statement: object) => ({
    Bucket: { Type: 'AWS::S3::Bucket' },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement: [statement] } },
    },
  });

  test('every resource type', async () => {
    const planned = plan({ Queue: { Type: 'AWS::SQS::Queue' }, Stream: { Type: 'AWS::Kinesis::Stream' } });
    await expect(planned).rejects.toThrow(
      /Queue: resource type AWS::SQS::Queue is not known\n\s+Stream: resource type AWS::Kinesis::Stream is not known/,
    );
  });

  test.each([
    ['a property', lambdaFunction('F', {}, { Layers: ['x'] }), 'F at Properties.Layers: the property is not known'],
    ['a value', lambdaFunction('F', {}, { Runtime: 'python3.13' }), 'F at Properties.Runtime: only Node.js'],
    [
      'code that is not in the assembly',
      lambdaFunction('F', {}, { Code: { S3Bucket: 'assets', S3Key: 'other.zip' } }),
      'no asset with the key other.zip',
    ],
    [
      'a dynamic reference',
      lambdaFunction('F', { A: '{{resolve:ssm:x}}' }),
      'F at Properties.Environment.Variables.A: dynamic references',
    ],
    [
      'a policy operator',
      role('R', [{ ...allow, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.1' } } }]),
      'RPolicy at Properties.PolicyDocument: RPolicy statement 0: condition operator IpAddress',
    ],
    [
      'a policy variable',
      role('R', [{ ...allow, Resource: 'arn:aws:s3:::b/${aws:username}/*' }]),
      'policy variable ${aws:username}',
    ],
    [
      'an event bus',
      mailResources({ EventBridgeDestination: { EventBusArn: 'arn:aws:events:us-east-1:000000000000:event-bus/own' } }),
      'Events at Properties.EventDestination.EventBridgeDestination.EventBusArn: only the default bus',
    ],
    ['another destination', mailResources({ SnsDestination: { TopicARN: 'x' } }), 'EventDestination.SnsDestination'],
    ['an event', mailResources({ MatchingEventTypes: ['bounced'] }), 'EventDestination.MatchingEventTypes.0'],
    [
      'an operator of a bucket policy',
      bucketPolicy({ ...deny, Condition: { NumericLessThan: { 's3:signatureAge': 1 } } }),
      'condition operator NumericLessThan is not known',
    ],
    [
      'a key of a bucket policy',
      bucketPolicy({ ...deny, Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } }),
      'Policy at Properties.PolicyDocument.Statement.0: the statement is not known',
    ],
    ['a key that S3 chooses', encrypted({ SSEAlgorithm: 'aws:kms' }), 'ServerSideEncryptionByDefault.KMSMasterKeyID'],
    ['an effect of a bucket policy', bucketPolicy({ ...allow, Principal: '*' }), 'Policy at Properties.PolicyDocument'],
  ])('%s', async (_, resources, message) => await expect(plan(resources)).rejects.toThrow(message));

  test('a bucket policy that only asks for TLS is known', async () => {
    const condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const statement = { ...allow, Effect: 'Deny', Principal: { AWS: '*' }, Condition: condition };
    expect((await plan(bucketPolicy(statement))).buckets).toHaveLength(1);
  });

  test('what a bucket policy denies everybody by the request is planned, as is the key of the bucket', async () => {
    const Condition = { NumericGreaterThan: { 's3:signatureAge': 90_000 } };
    const [denying] = (await plan(bucketPolicy({ ...deny, Condition }))).buckets;
    expect(denying?.denials).toMatchObject([
      { effect: 'Deny', conditions: [{ operator: 'NumericGreaterThan', key: 's3:signatureAge', values: ['90000'] }] },
    ]);
    expect(denying?.kmsKeyArn).toBeUndefined();
    const KMSMasterKeyID = 'arn:aws:kms:us-east-1:000000000000:key/1';
    const [encrypting] = (await plan(encrypted({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID }))).buckets;
    expect(encrypting).toMatchObject({ denials: [], kmsKeyArn: KMSMasterKeyID });
  });

  test('the problems of all parts are named at once', async () => {
    const resources = {
      ...lambdaFunction('F', {}, { Layers: [] }),
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { X: 1 } },
    };
    await expect(plan(resources)).rejects.toThrow(/Bucket at Properties\.X(.|\n)*F at Properties\.Layers/);
  });
});
