// @module-tag terminal-states
// @module-tag least-privilege
// @module-tag recipients

import { DescribeExecutionCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import { PATIENCE } from '../support/patience.ts';
import { operatorConfig } from './operator.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

// What happens to exports that wait: each of these is rare, and needs a permission that nothing else does.

const request = { report: 'transactions' };

/** As many exports as one person may have under way. */
const USER_CAP = 10;

let cloud: TestCloud;
let executions: SFNClient;
beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
  executions = new SFNClient(operatorConfig(cloud));
  await cloud.setFlags({ runWorkers: false });
}, 600_000);
afterAll(async () => {
  executions?.destroy();
  await cloud?.stop();
});

/** An export that has come to its place in the queue. */
async function waiting(user: string, more: object = {}): Promise<ExportView> {
  const { status, body } = await cloud.create(user, { ...request, ...more });
  expect(status).toBe(202);
  return vi.waitFor(async () => {
    const { body: view } = await cloud.call<ExportView>(user, 'GET', `/v1/exports/${body.id}`);
    expect(view.queuePosition).toBeGreaterThan(0);
    return view;
  }, PATIENCE);
}

function executionArnOf(name: string): string {
  return `${cloud.info().stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** How often the role of a function has done something. */
function usesOf(functionName: string, action: string): number {
  const roles = cloud.authorizer.usage().filter(({ roleArn }) => roleArn.includes(functionName));
  expect(roles).toHaveLength(1);
  const grants = roles.flatMap(({ grants: all }) => all).filter((grant) => grant.action === action);
  return grants.reduce((sum, { uses }) => sum + uses, 0);
}

test('no more than ten of one person wait, and the answer says when to come back', async () => {
  const answers = [];
  for (let count = 0; count <= USER_CAP; count += 1) answers.push(await cloud.create<ProblemView>('gus', request));
  expect(answers.map(({ status }) => status)).toEqual([...Array(USER_CAP).fill(202), 429]);
  const last = answers.at(-1);
  expect(last?.body.code).toBe('too_many_active_exports');
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('an execution that is stopped by hand fails its export, and the retry tells the same people', async () => {
  const { id } = await waiting('olga', { notify: ['mel@acme.example'] });
  await executions.send(new StopExecutionCommand({ executionArn: executionArnOf(`${id}-1`) }));
  const { status, failure } = await cloud.ended('olga', id);
  expect([status, failure?.code]).toEqual(['failed', 'worker_lost']);
  expect(usesOf('ReconcileExecution', 'dynamodb:ConditionCheckItem')).toBe(1);
  const retry = await cloud.call<ExportView>('olga', 'POST', `/v1/exports/${id}/retry`);
  expect([retry.status, retry.body.notify]).toEqual([202, ['mel@acme.example']]);

  const late = new StartExecutionCommand({
    stateMachineArn: cloud.info().stateMachineArn,
    name: `${id}-2`,
    input: JSON.stringify({ accountId: 'acme', exportId: id }),
  });
  const { executionArn } = await executions.send(late);
  await vi.waitFor(async () => {
    const { status: ended } = await executions.send(new DescribeExecutionCommand({ executionArn }));
    expect(ended, 'an execution whose export has ended is let go').toBe('FAILED');
  }, PATIENCE);
  expect(usesOf('EnqueueExport', 'states:SendTaskFailure')).toBe(1);
});

test('whoever cancels an export lets the next one start', async () => {
  const first = await waiting('ada');
  const second = await waiting('mel');
  // Not in the last seconds of a minute, when the sweeper would be first.
  const seconds = (cloud.clock.now() / 1000) % 60;
  if (seconds > 40) await cloud.advance(65 - seconds);
  await cloud.writeFlags({});
  expect((await cloud.call('ada', 'POST', `/v1/exports/${first.id}/cancel`)).status).toBe(202);
  expect((await cloud.ended('ada', first.id)).status).toBe('cancelled');
  expect(usesOf('CancelExport', 'states:SendTaskSuccess')).toBeGreaterThan(0);
  expect((await cloud.ended('mel', second.id)).status).toBe('ready');
});
