import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { createEventBus, type EventBus, type EventRule } from '../../../local/events/event-bus.ts';
import type { InvokeCall } from '../../../local/lambda/lambda-host.ts';
import { PATIENCE } from '../../support/patience.ts';

interface Fixture {
  readonly bus: EventBus;
  readonly clock: LocalClock;
  readonly calls: InvokeCall[];
  readonly log: ReturnType<typeof vi.fn>;
  readonly measure: ReturnType<typeof vi.fn>;
}

const rule: EventRule = { name: 'rule', arn: 'arn:rule', enabled: true, targets: [{ id: 't', functionArn: 'arn:f' }] };

function busOf(rules: readonly Partial<EventRule>[], respond: (call: number) => void = () => {}): Fixture {
  const clock = new LocalClock();
  const calls: InvokeCall[] = [];
  const log = vi.fn();
  const measure = vi.fn();
  const bus = createEventBus({
    rules: rules.map((one) => ({ ...rule, ...one })),
    invoke: async (call) => {
      respond(calls.push(call));
      return { payload: null };
    },
    clock,
    log,
    accountId: '000000000000',
    region: 'eu-central-1',
    measure,
    retryDelaysSeconds: [0.01, 0.01],
  });
  onTestFinished(() => bus.stop());
  return { bus, clock, calls, log, measure };
}

const ended = { source: 'aws.states', detailType: 'Execution Status Change', detail: { status: 'ABORTED' } };

describe('an event', () => {
  test('reaches the targets of the rules it matches, in its envelope', async () => {
    const { bus, calls } = busOf([
      { eventPattern: { source: ['aws.states'] } },
      { eventPattern: { source: ['aws.s3'] }, targets: [{ id: 'u', functionArn: 'arn:other' }] },
      { eventPattern: { source: ['aws.states'] }, enabled: false },
    ]);
    bus.put({ ...ended, resources: ['arn:execution'] });
    await bus.settled();
    expect(calls).toMatchObject([{ caller: 'service', functionArn: 'arn:f' }]);
    expect(calls[0]?.payload).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: 'aws.states',
      'detail-type': 'Execution Status Change',
      account: '000000000000',
      region: 'eu-central-1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      resources: ['arn:execution'],
      detail: { status: 'ABORTED' },
    });
  });

  test('is replaced by a target’s own input', async () => {
    const targets = [{ id: 't', functionArn: 'arn:f', input: '{"sweep":true}' }];
    const { bus, calls } = busOf([{ eventPattern: {}, targets }]);
    bus.put(ended);
    await bus.settled();
    expect(calls[0]?.payload).toEqual({ sweep: true });
  });

  test('is tried again', async () => {
    const { bus, calls, log, measure } = busOf([{ eventPattern: {} }], (call) => {
      if (call < 3) throw new Error('not now');
    });
    bus.put(ended);
    await bus.settled();
    expect(calls).toHaveLength(3);
    expect(log).not.toHaveBeenCalledWith('events', expect.stringContaining('EVENT LOST'));
    expect(measure).not.toHaveBeenCalled();
  });

  test('is given up loudly', async () => {
    const { bus, calls, log, measure } = busOf([{ eventPattern: {} }], () => {
      throw new Error('never');
    });
    bus.put(ended);
    await bus.settled();
    expect(calls).toHaveLength(3);
    expect(log).toHaveBeenLastCalledWith('events', expect.stringMatching(/rule.*Error: never.*EVENT LOST/));
    const dropped = { namespace: 'AWS/Lambda', name: 'AsyncEventsDropped', dimensions: { FunctionName: 'arn:f' } };
    expect(measure.mock.calls).toEqual([[dropped, 1, 'Count']]);
  });
});

describe('a schedule', () => {
  test('follows the local clock', async () => {
    const { bus, clock, calls } = busOf([{ scheduleExpression: 'rate(1 minute)' }]);
    clock.advance(59);
    expect(calls).toHaveLength(0);
    clock.advance(2);
    await vi.waitFor(() => expect(calls).toHaveLength(1), PATIENCE);
    expect(calls[0]?.payload).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: ['arn:rule'],
    });
    clock.advance(60);
    await vi.waitFor(() => expect(calls).toHaveLength(2), PATIENCE);
    await bus.stop();
    clock.advance(600);
    await new Promise<void>((resolve) => clock.after(0, resolve));
    expect(calls).toHaveLength(2);
  });

  test('that is switched off stays silent', async () => {
    const { clock, calls } = busOf([
      { scheduleExpression: 'rate(2 minutes)', enabled: false },
      { scheduleExpression: 'rate(1 hour)', targets: [{ id: 'u', functionArn: 'arn:on' }] },
    ]);
    clock.advance(3601);
    await vi.waitFor(() => expect(calls.map(({ functionArn }) => functionArn)).toEqual(['arn:on']), PATIENCE);
  });
});

describe('fails at construction', () => {
  test('for an unknown matcher, even of a rule that is switched off', () => {
    const eventPattern = { source: [{ suffix: 'x' }] };
    expect(() => busOf([{ eventPattern, enabled: false }])).toThrow('suffix');
  });

  test('for an unknown schedule expression', () => {
    expect(() => busOf([{ scheduleExpression: 'cron(0 0 L * ? *)' }])).toThrow('cron(0 0 L * ? *)');
  });
});
