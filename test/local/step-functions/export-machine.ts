import { ecsTask, lambdaTask, tokenTask } from './cloud.ts';

const retry = (errors: string[]) => ({
  ErrorEquals: errors,
  IntervalSeconds: 30,
  MaxAttempts: 2,
  BackoffRate: 2,
});
const never = { ErrorEquals: ['QueryTimeout', 'TooLarge'], MaxAttempts: 0 };
const record = { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'RecordOutcome' };
const recovery = { Retry: [never, retry(['States.TaskFailed'])], Catch: [record], ResultPath: null };
const worker = (more: object = {}) =>
  ecsTask([{ Name: 'EXPORT_ID', 'Value.$': '$.exportId' }], {
    TimeoutSeconds: 21_600,
    ...recovery,
    Next: 'RecordOutcome',
    ...more,
  });
const route = (name: string, next: string) => ({ Variable: '$.measured.route', StringEquals: name, Next: next });
const outcome = (status: string, next: string) => ({ Variable: '$.outcome', StringEquals: status, Next: next });

/** A machine in the shape of the one that runs exports: a queue, a measured route, a recorded outcome. */
export const EXPORT_MACHINE = {
  Comment: 'One export',
  StartAt: 'Queued',
  States: {
    Queued: tokenTask('enqueue', {
      Parameters: {
        FunctionName: 'enqueue',
        Payload: { 'exportId.$': '$.exportId', 'token.$': '$$.Task.Token', 'execution.$': '$$.Execution.Id' },
      },
      TimeoutSeconds: 604_800,
      Retry: [retry(['Lambda.AWSLambdaException'])],
      Catch: [{ ErrorEquals: ['Cancelled'], ResultPath: '$.error', Next: 'RecordOutcome' }, record],
      ResultPath: null,
      Next: 'Running',
    }),
    Running: lambdaTask('measure', {
      ResultSelector: { 'route.$': '$.Payload.route' },
      Retry: [never, retry(['States.TaskFailed'])],
      Catch: [record],
      ResultPath: '$.measured',
      Next: 'Route',
    }),
    Route: {
      Type: 'Choice',
      Choices: [route('small', 'RunningSmall'), route('large', 'RunningLarge')],
      Default: 'RunningPartitioned',
    },
    RunningSmall: lambdaTask('export-small', { ...recovery, TimeoutSeconds: 900, Next: 'RecordOutcome' }),
    RunningLarge: worker(),
    RunningPartitioned: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Lead', States: { Lead: ecsTask([{ Name: 'ROLE', Value: 'lead' }], { End: true }) } },
        {
          StartAt: 'AwaitRanges',
          States: {
            AwaitRanges: tokenTask('await-ranges', { ResultPath: '$.lead', Next: 'Parts' }),
            Parts: {
              Type: 'Map',
              ItemsPath: '$.lead.ranges',
              ItemSelector: { 'range.$': '$$.Map.Item.Value', 'exportId.$': '$.exportId' },
              MaxConcurrency: 4,
              ItemProcessor: {
                ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
                StartAt: 'WritePart',
                States: {
                  WritePart: ecsTask([{ Name: 'RANGE', 'Value.$': 'States.JsonToString($.range)' }], {
                    Retry: [retry(['States.TaskFailed'])],
                    End: true,
                  }),
                },
              },
              ResultPath: null,
              End: true,
            },
          },
        },
      ],
      Catch: [record],
      ResultPath: null,
      Next: 'RecordOutcome',
    },
    RecordOutcome: lambdaTask('record-outcome', {
      ResultSelector: { 'outcome.$': '$.Payload' },
      Retry: [retry(['States.ALL'])],
      Next: 'Outcome',
    }),
    Outcome: {
      Type: 'Choice',
      Choices: [outcome('ready', 'Ready'), outcome('cancelled', 'Cancelled')],
      Default: 'Failed',
    },
    Ready: { Type: 'Succeed' },
    Cancelled: { Type: 'Succeed' },
    Failed: { Type: 'Fail', Error: 'ExportFailed', Cause: 'its row says why' },
  },
};
