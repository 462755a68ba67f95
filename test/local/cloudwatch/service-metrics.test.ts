// @module-tag local-service-metrics

import { expect, test } from 'vitest';
import { AwsError } from '../../../local/aws-endpoint/service.ts';
import type { Measure } from '../../../local/cloudwatch/metric.ts';
import { tableMetrics } from '../../../local/dynamodb/table-metrics.ts';
import { apiMetrics } from '../../../local/http-api/api-metrics.ts';
import { FunctionError } from '../../../local/lambda/function-error.ts';
import { functionMetrics } from '../../../local/lambda/function-metrics.ts';
import { mailMetrics } from '../../../local/ses/mail-metrics.ts';
import { executionMetrics } from '../../../local/step-functions/execution-metrics.ts';
import { statusChangeEvent } from '../../../local/step-functions/status-change-event.ts';

/** Records `namespace name {dimensions} = value`; durations without their value. */
function recorder(): { measure: Measure; measured: string[] } {
  const measured: string[] = [];
  const measure: Measure = ({ namespace, name, dimensions }, value, unit) => {
    const told = unit === 'Milliseconds' ? unit : value;
    const where = Object.entries(dimensions).map((pair) => pair.join('='));
    measured.push(`${namespace} ${name} {${where.join(' ')}} ${told}`);
  };
  return { measure, measured };
}

test.each([
  ['RUNNING', 'ExecutionsStarted'],
  ['SUCCEEDED', 'ExecutionsSucceeded'],
  ['FAILED', 'ExecutionsFailed'],
  ['TIMED_OUT', 'ExecutionsTimedOut'],
  ['ABORTED', 'ExecutionsAborted'],
] as const)('an execution that is %s', (status, name) => {
  const { measure, measured } = recorder();
  const record = { arn: 'arn:e', stateMachineArn: 'arn:m', name: 'e', status, startDate: 0 };
  executionMetrics(measure)(statusChangeEvent(record, '{}', {}, 0));
  expect(measured).toEqual([`AWS/States ${name} {StateMachineArn=arn:m} 1`]);
});

test.each([
  [200, 0, 0],
  [399, 0, 0],
  [404, 1, 0],
  [500, 0, 1],
])('an answer %i of the API', (status, client, server) => {
  const { measure, measured } = recorder();
  apiMetrics('a1', measure).answered(status, 0);
  const ofApi = measured.filter((line) => line.includes('{ApiId=a1}'));
  expect(ofApi).toEqual([
    'AWS/ApiGateway Count {ApiId=a1} 1',
    `AWS/ApiGateway 4xx {ApiId=a1} ${client}`,
    `AWS/ApiGateway 5xx {ApiId=a1} ${server}`,
    'AWS/ApiGateway Latency {ApiId=a1} Milliseconds',
  ]);
  const ofStage = measured.filter((line) => line.includes('{ApiId=a1 Stage=$default}'));
  expect(ofStage).toHaveLength(ofApi.length);
});

test('invocations that succeed, fail, overlap, are left, and are throttled', async () => {
  const { measure, measured } = recorder();
  const { around, throttled } = functionMetrics('f', measure);
  const told = (name: string) =>
    measured
      .filter((line) => line.startsWith(`AWS/Lambda ${name} {FunctionName=f} `))
      .map((line) => line.split(' ')[3]);
  const failure = new FunctionError({ errorType: 'Error', errorMessage: 'no', trace: [] });
  expect(await Promise.all([around(async () => 1), around(async () => 2)])).toEqual([1, 2]);
  await expect(around(() => Promise.reject(failure))).rejects.toBe(failure);
  await expect(around(() => Promise.reject(new Error('the caller left')))).rejects.toThrow('left');
  throttled();
  expect(told('Invocations')).toEqual(['1', '1', '1']);
  expect(told('Errors')).toEqual(['0', '0', '1']);
  expect(told('ConcurrentExecutions')).toEqual(['1', '2', '1', '1']);
  expect(told('Duration')).toHaveLength(3);
  expect(told('Throttles')).toEqual(['0', '0', '0', '1']);
});

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/T';
const throttled = new AwsError('ProvisionedThroughputExceededException', 400, 'slow down');
test.each([
  [
    'GetItem',
    table,
    throttled,
    ['ThrottledRequests {TableName=T Operation=GetItem}', 'ReadThrottleEvents {TableName=T}'],
  ],
  [
    'PutItem',
    table,
    throttled,
    ['ThrottledRequests {TableName=T Operation=PutItem}', 'WriteThrottleEvents {TableName=T}'],
  ],
  [
    'Query',
    `${table}/index/due`,
    throttled,
    [
      'ThrottledRequests {TableName=T Operation=Query}',
      'ReadThrottleEvents {TableName=T GlobalSecondaryIndexName=due}',
    ],
  ],
  ['GetItem', table, new AwsError('InternalServerError', 500, ''), ['SystemErrors {TableName=T Operation=GetItem}']],
  ['PutItem', table, new AwsError('ConditionalCheckFailedException', 400, ''), []],
  ['GetItem', 'arn:aws:kms:us-east-1:000000000000:key/1', throttled, []],
])('%s on %s that fails', (operation, resource, error, expected) => {
  const { measure, measured } = recorder();
  const permission = { action: `dynamodb:${operation}`, resource };
  tableMetrics(measure)(error, operation, [permission, { ...permission, action: 'dynamodb:Other' }]);
  expect(measured).toEqual(expected.map((line) => `AWS/DynamoDB ${line} 1`));
});

test('mails are counted, and a configuration set has the reputation of its last hundred', () => {
  const { measure, measured } = recorder();
  const count = mailMetrics(measure);
  const rate = (name: string) =>
    measured.findLast((line) => line.startsWith(`AWS/SES Reputation.${name} {ses:configuration-set=s}`))?.split(' ')[3];
  count('delivered', undefined);
  expect(measured).toEqual(['AWS/SES Send {} 1', 'AWS/SES Delivery {} 1']);
  for (const outcome of ['delivered', 'bounced', 'complained', 'suppressed', 'suppressed-everywhere'] as const) {
    count(outcome, 's');
  }
  expect([rate('BounceRate'), rate('ComplaintRate')]).toEqual(['0.4', '0.2']);
  const ofAccount = (name: string) => measured.filter((line) => line === `AWS/SES ${name} {} 1`).length;
  expect(['Send', 'Delivery', 'Bounce', 'Complaint'].map(ofAccount)).toEqual([6, 3, 2, 1]);
  for (let mail = 0; mail < 100; mail += 1) count('delivered', 's');
  expect([rate('BounceRate'), rate('ComplaintRate')]).toEqual(['0', '0']);
});
