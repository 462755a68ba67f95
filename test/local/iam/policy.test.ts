// @module-tag unknown-to-the-local-cloud

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are placeholders of CloudFormation and IAM
import { describe, expect, test } from 'vitest';
import { LOCAL_OPERATOR_ARN } from '../../../local/iam/credentials.ts';
import { createAuthorizer } from '../../../local/iam/policy.ts';
import { parsePolicyDocument } from '../../../local/iam/policy-document.ts';

const roleArn = 'arn:aws:iam::000000000000:role/worker';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/records';

function authorizerOf(...statements: object[]) {
  return createAuthorizer([{ arn: roleArn, statements: parsePolicyDocument({ Statement: statements }, 'P') }]);
}

function isAllowed(statements: object[], action: string, resource: string, context?: Record<string, string>) {
  return authorizerOf(...statements).authorize({ roleArn }, { action, resource, ...(context && { context }) });
}

const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown, Resource: unknown) => ({ Effect: 'Deny', Action, Resource });

describe('actions and resources', () => {
  test.each([
    ['the very one', allow('dynamodb:PutItem', TABLE), true],
    ['in another case', allow('DynamoDB:putitem', TABLE), true],
    ['by *', allow('dynamodb:Put*', '*'), true],
    ['by ?', allow('dynamodb:PutIte?', TABLE), true],
    ['one of several', allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [`${TABLE}/index/*`, TABLE]), true],
    ['another action', allow('dynamodb:GetItem', TABLE), false],
    ['only a part of the action', allow('dynamodb:Put', TABLE), false],
    ['the index instead of the table', allow('dynamodb:PutItem', `${TABLE}/index/*`), false],
    ['another case of the resource', allow('dynamodb:PutItem', TABLE.toUpperCase()), false],
    ['a dot that is no wildcard', allow('dynamodb.PutItem', TABLE), false],
  ])('%s', (_, statement, expected) => expect(isAllowed([statement], 'dynamodb:PutItem', TABLE)).toBe(expected));

  test('nothing is allowed by no statement', () => expect(isAllowed([], 's3:GetObject', '*')).toBe(false));

  test('* in a resource reaches over slashes and colons', () => {
    expect(isAllowed([allow('s3:GetObject', 'arn:aws:s3:::b/*')], 's3:GetObject', 'arn:aws:s3:::b/a/b:c')).toBe(true);
  });

  test('* in a part before the resource stays within that part', () => {
    const execution = 'arn:aws:states:us-east-1:000000000000:execution:machine:1';
    expect(isAllowed([allow('*', 'arn:aws:states:*:machine:1')], 'states:StopExecution', execution)).toBe(false);
    expect(isAllowed([allow('*', 'arn:aws:*:*:*:execution:*:1')], 'states:StopExecution', execution)).toBe(true);
  });

  test('NotAction and NotResource apply to everything else', () => {
    const statements = [{ Effect: 'Allow', NotAction: 'dynamodb:Delete*', NotResource: `${TABLE}/index/*` }];
    expect(isAllowed(statements, 'dynamodb:PutItem', TABLE)).toBe(true);
    expect(isAllowed(statements, 'dynamodb:DeleteItem', TABLE)).toBe(false);
    expect(isAllowed(statements, 'dynamodb:PutItem', `${TABLE}/index/due`)).toBe(false);
  });

  test('a denial wins, wherever it stands', () => {
    expect(isAllowed([deny('dynamodb:Put*', TABLE), allow('*', '*')], 'dynamodb:PutItem', TABLE)).toBe(false);
    expect(isAllowed([allow('*', '*'), deny('dynamodb:Put*', TABLE)], 'dynamodb:PutItem', TABLE)).toBe(false);
  });
});

describe('conditions', () => {
  const list = (condition: object) => [allow('s3:ListBucket', '*', { Condition: condition })];
  test.each([
    ['StringEquals', { StringEquals: { 's3:prefix': ['a/', 'b/'] } }, 'b/', true],
    ['StringEquals takes no wildcard', { StringEquals: { 's3:prefix': '*' } }, 'b/', false],
    ['StringLike', { StringLike: { 'S3:Prefix': 'exports/*' } }, 'exports/1', true],
    ['StringLike elsewhere', { StringLike: { 's3:prefix': 'exports/*' } }, 'other/1', false],
    ['Bool', { Bool: { 's3:prefix': true } }, 'true', true],
    ['NumericGreaterThan', { NumericGreaterThan: { 's3:prefix': 9 } }, '10', true],
    ['NumericGreaterThan takes no equal', { NumericGreaterThan: { 's3:prefix': '10' } }, '10', false],
    ['NumericGreaterThan takes no text', { NumericGreaterThan: { 's3:prefix': 9 } }, 'b/', false],
    ['all must hold', { StringEquals: { 's3:prefix': 'a' }, StringLike: { 's3:prefix': 'b*' } }, 'a', false],
  ])('%s', (_, condition, prefix, expected) => {
    expect(isAllowed(list(condition), 's3:ListBucket', '*', { 's3:prefix': prefix })).toBe(expected);
  });

  test('a key that the request lacks meets none', () => {
    expect(isAllowed(list({ StringLike: { 's3:prefix': '*' } }), 's3:ListBucket', '*')).toBe(false);
  });

  test('each request is judged by its own keys', () => {
    const authorizer = authorizerOf(...list({ StringEquals: { 's3:prefix': 'a' } }));
    const ask = (prefix: string) =>
      authorizer.authorize({ roleArn }, { action: 's3:ListBucket', resource: '*', context: { 's3:prefix': prefix } });
    expect([ask('a'), ask('b'), ask('a')]).toEqual([true, false, true]);
  });

  test.each(['StringNotEquals', 'ForAllValues:StringEquals', 'ArnLike', 'Null'])(
    '%s is refused by name',
    (operator) => {
      const statement = allow('*', '*', { Condition: { [operator]: { 'aws:x': 'y' } } });
      expect(() => parsePolicyDocument({ Statement: [statement] }, 'WorkerPolicy')).toThrow(
        `WorkerPolicy statement 0: condition operator ${operator} is not known`,
      );
    },
  );
});

describe('malformed policies are refused', () => {
  test.each([
    ['a policy variable', allow('*', 'arn:aws:s3:::b/${aws:userid}'), 'policy variable ${aws:userid}'],
    ['a resource that is no ARN', allow('*', 'records'), '"records" is neither an ARN nor *'],
    ['no action', { Effect: 'Allow', Resource: '*' }, 'needs either Action or NotAction'],
    ['an element that is not known', { ...allow('*', '*'), Principal: '*' }, 'Principal'],
  ])('%s', (_, statement, message) => {
    expect(() => parsePolicyDocument({ Statement: [statement] }, 'P')).toThrow(message);
  });
});

describe('principals and usage', () => {
  test('the local operator may do everything, a role of no template nothing', () => {
    const authorizer = authorizerOf(allow('*', '*'));
    const permission = { action: 's3:GetObject', resource: 'arn:aws:s3:::b/k' };
    expect(authorizer.authorize({ roleArn: LOCAL_OPERATOR_ARN }, permission)).toBe(true);
    expect(authorizer.authorize({ roleArn: `${roleArn}-other` }, permission)).toBe(false);
  });

  test('counts every grant and every denial', () => {
    const authorizer = authorizerOf(
      allow(['dynamodb:PutItem', 'dynamodb:Scan'], TABLE),
      allow('dynamodb:*', '*'),
      deny('dynamodb:DeleteItem', '*'),
    );
    const ask = (action: string) => authorizer.authorize({ roleArn }, { action, resource: TABLE });
    ask('dynamodb:PutItem');
    ask('dynamodb:PutItem');
    ask('dynamodb:DeleteItem');
    ask('s3:GetObject');
    ask('s3:GetObject');
    expect(authorizer.usage()).toEqual([
      {
        roleArn,
        grants: [
          { source: 'P statement 0', action: 'dynamodb:PutItem', resource: TABLE, uses: 2 },
          { source: 'P statement 0', action: 'dynamodb:Scan', resource: TABLE, uses: 0 },
          { source: 'P statement 1', action: 'dynamodb:*', resource: '*', uses: 2 },
        ],
        denials: [
          { action: 'dynamodb:DeleteItem', resource: TABLE, deniedBy: 'P statement 2', count: 1 },
          { action: 's3:GetObject', resource: TABLE, count: 2 },
        ],
      },
    ]);
  });
});

test('a question that is no call leaves no trace', () => {
  const roleArn = 'arn:aws:iam::000000000000:role/reader';
  const statements = parsePolicyDocument(
    { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] },
    'reader',
  );
  const authorizer = createAuthorizer([{ arn: roleArn, statements }]);
  expect(authorizer.wouldAllow({ roleArn }, { action: 's3:GetObject', resource: 'arn:aws:s3:::files/a' })).toBe(true);
  expect(authorizer.wouldAllow({ roleArn }, { action: 's3:PutObject', resource: 'arn:aws:s3:::files/a' })).toBe(false);
  expect(authorizer.usage()).toMatchObject([{ grants: [{ uses: 0 }], denials: [] }]);
});
