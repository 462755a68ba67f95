// @module-tag unknown-to-the-local-cloud

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of CloudFormation and IAM
import { describe, expect, test } from 'vitest';
import { type ResolveOptions, resolveTemplate } from '../../../local/template/resolve.ts';

const things = {
  Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
  Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
  Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { StateMachineName: 'exports' } },
  Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { Family: 'worker' } },
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'waybill/reader' } },
  Attachment: { Type: 'AWS::SecretsManager::SecretTargetAttachment', Properties: { SecretId: { Ref: 'Secret' } } },
  Database: { Type: 'AWS::RDS::DBCluster', Properties: {} },
  Flags: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/waybill/flags' } },
  Hidden: { Type: 'AWS::EC2::FlowLog', Properties: {} },
};

/** Resolves one value as a property among {@link things}. */
function resolve(value: unknown, options: ResolveOptions = {}, more: object = {}): unknown {
  const subject = { Type: 'AWS::Lambda::Function', Properties: { Value: value } };
  return resolveTemplate({ Resources: { ...things, Subject: subject }, ...more }, options).get('Subject')?.properties
    .Value;
}

describe('references', () => {
  test.each([
    [{ Ref: 'Table' }, 'Table'],
    [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:aws:dynamodb:us-east-1:000000000000:table/Table'],
    [{ 'Fn::GetAtt': 'Table.Arn' }, 'arn:aws:dynamodb:us-east-1:000000000000:table/Table'],
    [{ Ref: 'Bucket' }, 'bucket'],
    [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::bucket'],
    [{ Ref: 'Machine' }, 'arn:aws:states:us-east-1:000000000000:stateMachine:exports'],
    [{ 'Fn::GetAtt': ['Machine', 'Name'] }, 'exports'],
    [{ Ref: 'Task' }, 'arn:aws:ecs:us-east-1:000000000000:task-definition/worker:1'],
    [{ Ref: 'Flags' }, '/waybill/flags'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
  ])('%j is %s', (value, expected) => expect(resolve(value)).toBe(expected));

  test('an attachment is the secret it attaches', () => {
    expect(resolve({ Ref: 'Attachment' })).toMatch(/^arn:aws:secretsmanager:.*:secret:waybill\/reader-[0-9a-f]{6}$/);
    expect(resolve({ Ref: 'Attachment' })).toBe(resolve({ Ref: 'Secret' }));
  });

  test('an endpoint is the supplied local address', () => {
    const endpoints = { database: { host: '127.0.0.1', port: 5433 } };
    expect(resolve({ 'Fn::GetAtt': ['Database', 'Endpoint.Port'] }, { endpoints })).toBe('5433');
    expect(() => resolve({ 'Fn::GetAtt': ['Database', 'Endpoint.Port'] })).toThrow('"database" was not supplied');
  });
});

describe('functions', () => {
  test.each([
    ['Join', { 'Fn::Join': [':', ['a', { Ref: 'Table' }, { Ref: 'AWS::AccountId' }]] }, 'a:Table:000000000000'],
    ['Split and Select', { 'Fn::Select': ['6', { 'Fn::Split': [':', { Ref: 'Machine' }] }] }, 'exports'],
    ['Sub', { 'Fn::Sub': '${Table}/${Bucket.Arn}/${!Kept}' }, 'Table/arn:aws:s3:::bucket/${Kept}'],
    ['Sub with variables', { 'Fn::Sub': ['${A}-${Table}', { A: { Ref: 'Bucket' } }] }, 'bucket-Table'],
    ['GetAZs', { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'us-east-1b'],
    ['NoValue in a list', ['a', { Ref: 'AWS::NoValue' }], ['a']],
    ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ])('%s', (_, value, expected) => expect(resolve(value)).toEqual(expected));

  test('FindInMap', () => {
    const more = { Mappings: { Regions: { 'us-east-1': { account: '127' } } } };
    expect(resolve({ 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'account'] }, {}, more)).toBe('127');
  });
});

describe('conditions', () => {
  const more = {
    Parameters: { Stage: { Type: 'String', Default: 'local' } },
    Conditions: {
      IsLocal: { 'Fn::Equals': [{ Ref: 'Stage' }, 'local'] },
      IsProd: { 'Fn::Not': [{ Condition: 'IsLocal' }] },
      Both: { 'Fn::And': [{ Condition: 'IsLocal' }, { Condition: 'IsProd' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsLocal' }, { Condition: 'IsProd' }] },
    },
  };

  test.each([
    ['IsLocal', true],
    ['IsProd', false],
    ['Both', false],
    ['Either', true],
  ])('%s is %s', (condition, expected) => {
    expect(resolve({ 'Fn::If': [condition, true, false] }, {}, more)).toBe(expected);
  });

  test('a supplied parameter decides instead of its default', () => {
    expect(resolve({ 'Fn::If': ['IsProd', 1, 2] }, { parameters: { Stage: 'prod' } }, more)).toBe(1);
  });

  test('a resource whose condition is false is not there', () => {
    const resources = { Gone: { Type: 'AWS::S3::Bucket', Condition: 'IsProd' } };
    expect(resolveTemplate({ ...more, Resources: resources }).size).toBe(0);
    const dangling = { ...resources, Table: { Type: 'AWS::DynamoDB::Table', Properties: { X: { Ref: 'Gone' } } } };
    expect(() => resolveTemplate({ ...more, Resources: dangling })).toThrow('Table at Properties.X: Ref Gone');
  });
});

describe('parameters', () => {
  const parameters = {
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
    Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/images/worker' },
    Needed: { Type: 'String' },
    Size: { Type: 'String', Default: 's', AllowedValues: ['s', 'm'] },
    Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
  };
  const withParameters = { Parameters: parameters };

  test('those that nothing refers to need no value', () => {
    expect(resolve('x', {}, withParameters)).toBe('x');
  });

  test('a list becomes an array', () => expect(resolve({ Ref: 'Zones' }, {}, withParameters)).toEqual(['a', 'b']));

  test.each([
    ['without a value', { Ref: 'Needed' }, {}, 'Needed at Parameters: the parameter has no default'],
    ['from Parameter Store', { Ref: 'Image' }, {}, 'Image at Parameters: supply the value'],
    ['of the bootstrap', { Ref: 'BootstrapVersion' }, {}, 'BootstrapVersion at Parameters'],
    ['with a value that is not allowed', '', { Size: 'xl' }, '"xl" is not one of s, m'],
    ['that is not declared', '', { Other: 'x' }, 'Other: a value was supplied'],
  ])('one %s is refused', (_, value, supplied, message) => {
    expect(() => resolve(value, { parameters: supplied }, withParameters)).toThrow(message);
  });
});

describe('what is not known stops with its name', () => {
  test.each([
    ['an intrinsic', { a: [{ 'Fn::Cidr': ['10.0.0.0/16', 2, 8] }] }, 'Properties.Value.a.0: intrinsic Fn::Cidr'],
    ['an import', { 'Fn::ImportValue': 'x' }, 'Subject at Properties.Value: intrinsic Fn::ImportValue'],
    ['an attribute', { 'Fn::GetAtt': ['Table', 'StreamArn'] }, 'Fn::GetAtt Table.StreamArn: attribute StreamArn'],
    ['a type to refer to', { Ref: 'Hidden' }, 'no local value of a AWS::EC2::FlowLog'],
    ['a logical id', { Ref: 'Nowhere' }, 'Ref Nowhere names Nowhere'],
    ['a logical id in a text', { 'Fn::Sub': '${Nowhere.Arn}' }, 'Fn::GetAtt Nowhere.Arn names Nowhere'],
    ['a condition', { 'Fn::If': ['Never', 1, 2] }, 'condition Never'],
    ['an argument', { 'Fn::Join': 'a' }, 'Fn::Join has a malformed argument'],
    ['an intrinsic beside other keys', { Ref: 'Table', other: 1 }, 'Ref stands beside other keys'],
  ])('%s', (_, value, message) => expect(() => resolve(value)).toThrow(message));

  test('every problem is named at once', () => {
    const value = (reference: string) => ({ Type: 'AWS::S3::Bucket', Properties: { X: { Ref: reference } } });
    const template = { Resources: { A: value('Nowhere'), B: value('Elsewhere') } };
    expect(() => resolveTemplate(template)).toThrow(
      /A at Properties\.X: Ref Nowhere.*\n.*B at Properties\.X: Ref Elsewhere/,
    );
  });

  test('a name that refers to itself', () => {
    const bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Loop' } } };
    expect(() => resolveTemplate({ Resources: { Loop: bucket } })).toThrow('the name refers to itself');
  });

  test('a circle of conditions', () => {
    const more = { Conditions: { A: { Condition: 'B' }, B: { Condition: 'A' } } };
    expect(() => resolve({ 'Fn::If': ['A', 1, 2] }, {}, more)).toThrow('depends on itself');
  });
});
