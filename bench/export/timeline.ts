import { setTimeout as sleep } from 'node:timers/promises';
import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import type { ExportEventsView, ExportView } from '../../core/contract/export-schemas.ts';
import type { Waybill } from '../../core/domain/waybill.ts';
import { operatorConfig } from '../../test/e2e/operator.ts';
import type { TestCloud } from '../../test/e2e/test-cloud.ts';
import { watchCalls } from './aws-calls.ts';
import { USER } from './exports.ts';
import type { Span, Timeline } from './measurements.ts';
import { summaryOf } from './stages.ts';

/** Until every function is warm. */
const WARM_UP_RUNS = 3;
/** After the file is ready, for the export's execution to end. */
const SETTLE_MS = 1_000;

export async function runTimeline(cloud: TestCloud, rows: number, runs: number): Promise<Timeline> {
  const all: (readonly Span[])[] = [];
  for (let run = -WARM_UP_RUNS; run < runs; run += 1) {
    const spans = await oneTimeline(cloud);
    if (run >= 0) all.push(spans);
  }
  const { stages, spans, readyMs } = summaryOf(all);
  for (const { name, startMs, endMs } of stages) console.info(`  ${name}: ${startMs} to ${endMs} ms`);
  return { rows, runs, stages, spans, readyMs };
}

async function oneTimeline(cloud: TestCloud): Promise<readonly Span[]> {
  const callsOf = watchCalls(cloud);
  const sentAt = Date.now();
  const { status, body } = await cloud.create(USER, { report: 'orders', format: 'csv' });
  const answeredAt = Date.now();
  if (status !== 202) throw new Error(JSON.stringify(body));
  // No look at it before it must be ready: what nobody would ask costs no time.
  await sleep(SETTLE_MS);
  const path = `/v1/exports/${body.id}`;
  const view = await cloud.ended(USER, body.id);
  const calls = callsOf();
  if (view.status !== 'ready') throw new Error(JSON.stringify(view));
  const { timings, snapshot } = (await cloud.call<Waybill>(USER, 'GET', `${path}/waybill`)).body;
  const { data: events } = (await cloud.call<ExportEventsView>(USER, 'GET', `${path}/events`)).body;
  const history = await historyOf(cloud, view);
  await cloud.call(USER, 'DELETE', path);
  const ms = (at: string | undefined) => Date.parse(at ?? '') - sentAt;
  const [claimed, read, finished, ready] = [timings.startedAt, snapshot.takenAt, timings.finishedAt, view.readyAt].map(
    ms,
  ) as [number, number, number, number];
  const span = (lane: string, name: string, startMs: number, endMs: number) => ({ lane, name, startMs, endMs });
  return [
    span('request', 'POST /v1/exports', 0, answeredAt - sentAt),
    ...events.map(({ type, at }) => span('export', type, ms(at), ms(at))),
    ...stateSpans(history, sentAt),
    span('worker', 'claimed, to the database snapshot', claimed, read),
    span('worker', 'rows to the checked file', read, finished),
    span('worker', 'waybill, and the record of it', finished, ready),
    ...calls.map(({ by, service, operation, from, to }) => ({
      ...span(by, operation, from - sentAt, to - sentAt),
      service,
    })),
  ];
}

async function historyOf(cloud: TestCloud, { id }: ExportView): Promise<readonly HistoryEvent[]> {
  const client = new SFNClient(operatorConfig(cloud));
  const executionArn = `${cloud.info().stateMachineArn.replace(':stateMachine:', ':execution:')}:${id}-1`;
  const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  client.destroy();
  return events;
}

/** Each state from its entry to its exit. */
export function stateSpans(history: readonly HistoryEvent[], sentAt: number): readonly Span[] {
  return history.flatMap(({ stateEnteredEventDetails: entered, timestamp }) => {
    if (entered?.name === undefined) return [];
    const exit = history.find(({ stateExitedEventDetails: exited }) => exited?.name === entered.name);
    const startMs = (timestamp?.getTime() ?? Number.NaN) - sentAt;
    const endMs = exit?.timestamp === undefined ? startMs : exit.timestamp.getTime() - sentAt;
    return [{ lane: 'Step Functions', name: entered.name, startMs, endMs }];
  });
}
